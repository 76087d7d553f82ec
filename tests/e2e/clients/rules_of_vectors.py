"""What a model of vectors answers: each form of input, the vectors in each encoding, cut where that is asked for."""

import math
from typing import Any

import pytest

from tests.e2e.clients.answers import Refused
from tests.e2e.clients.clients import NODE, PYTHON, VECTORS, Client
from tests.e2e.clients.rules import Rules

RULES = Rules()
TEXTS = ["the scheduler waits for a free GPU", "a worker answers the question", "the scheduler waits for a free GPU"]


def _vectors(client: Client, texts: Any, **body: Any) -> list[list[float]]:
    answer = client.ask("embeddings", model=VECTORS, input=texts, **body)
    told = [each["embedding"] for part in answer.raw for each in part["data"]]
    return told or answer.result["vectors"]  # which is all that LangChain tells


@RULES.of()
def each_text_has_its_vector(client: Client) -> None:
    one, other, again = _vectors(client, TEXTS)

    assert one == pytest.approx(again, abs=1e-5)
    assert one != pytest.approx(other, abs=1e-2)
    assert math.hypot(*one) == pytest.approx(1, abs=1e-3)


@RULES.of(PYTHON, NODE)
def a_text_alone_has_the_same(client: Client) -> None:
    [alone] = _vectors(client, TEXTS[0])
    [first, *_] = _vectors(client, TEXTS)

    assert alone == pytest.approx(first, abs=1e-5)


@RULES.of(PYTHON, NODE)
def numbers_and_base64_say_the_same(client: Client) -> None:
    """A client that is not told asks for base64 itself, and makes numbers of it."""
    assert _vectors(client, TEXTS) == [
        pytest.approx(each, abs=1e-6) for each in _vectors(client, TEXTS, encoding_format="float")
    ]


@RULES.of()
def dimensions_cut_a_vector_to_its_first(client: Client) -> None:
    [whole], [cut] = _vectors(client, TEXTS[:1]), _vectors(client, TEXTS[:1], dimensions=8)

    length = math.hypot(*whole[:8])
    assert cut == pytest.approx([each / length for each in whole[:8]], abs=1e-4)


@RULES.of()
def a_chat_with_a_model_of_vectors_is_refused(client: Client) -> None:
    refused = client.refusal("hello", model=VECTORS)

    assert (refused.status, refused.kind) == (400, "invalid_request_error")


@RULES.of(PYTHON, NODE)
def usage_counts_the_tokens_of_all_texts(client: Client) -> None:
    counts = [client.ask("embeddings", model=VECTORS, input=texts).usage for texts in (TEXTS, TEXTS[0])]

    all_texts, one = (usage["prompt_tokens"] for usage in counts if usage)
    assert all_texts > 2 * one > 0


@RULES.of(PYTHON, NODE)
def no_texts_are_refused(client: Client) -> None:
    with pytest.raises(Refused) as caught:
        client.ask("embeddings", model=VECTORS, input=[])

    assert (caught.value.status, (caught.value.param or "")[:5]) == (400, "input")
