"""Reranking: documents by how well they answer a query, in the shape that Jina and Cohere share."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import missing, wrong_type, wrong_value
from ..fields import kind_of
from ..labels import fields_of

DOCUMENTS_MAX = 1024
HONOURED = frozenset({"documents", "drop_params", "model", "query", "return_documents", "top_n"})


@dataclass(frozen=True, slots=True)
class RerankAsked:
    """`top_n`: how many of the best documents are told; `given` are the documents as they came."""

    query: str
    documents: tuple[str, ...]
    given: tuple[Any, ...]
    top_n: int
    with_documents: bool


def read_rerank(body: Mapping[str, Any]) -> RerankAsked:
    """Raises ApiError."""
    fields = fields_of(body, HONOURED)
    documents = fields.items("documents")
    if documents is None:
        raise missing("documents")
    if not 1 <= len(documents) <= DOCUMENTS_MAX:
        raise wrong_value("documents", f"{len(documents)} of them; from one to {DOCUMENTS_MAX} may come at once.")
    texts = tuple(_document(each, f"documents[{place}]") for place, each in enumerate(documents))
    return RerankAsked(
        query=fields.needed_text("query"),
        documents=texts,
        given=tuple(documents),
        top_n=min(fields.whole("top_n", 1, 2**31) or len(texts), len(texts)),
        with_documents=fields.flag("return_documents"),
    )


def tell_ranks(asked: RerankAsked, scores: Sequence[float], prompt_tokens: int, model: str) -> dict[str, Any]:
    """The best first; `index` is a document's place in the request."""
    places = sorted(range(len(scores)), key=lambda place: -scores[place])[: asked.top_n]
    results: list[dict[str, Any]] = [{"index": place, "relevance_score": scores[place]} for place in places]
    if asked.with_documents:
        results = [result | {"document": _given(asked.given[result["index"]])} for result in results]
    usage = {"prompt_tokens": prompt_tokens, "total_tokens": prompt_tokens}
    return {"id": f"rerank-{uuid.uuid4().hex}", "model": model, "results": results, "usage": usage}


def _given(document: Any) -> dict[str, Any]:
    """A document again, with what else a client has in it: an id of its own, a title."""
    return document if isinstance(document, dict) else {"text": document}


def _document(value: Any, where: str) -> str:
    text = value.get("text") if isinstance(value, dict) else value
    if not isinstance(text, str):
        raise wrong_type(where, "a string or an object with a 'text'", kind_of(value))
    if not text:
        raise wrong_value(where, "an empty string has nothing to judge.")
    return text
