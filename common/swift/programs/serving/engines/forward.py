"""Models that generate nothing: a pass forward for each prompt, through ms-swift's engine, which makes batches."""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import asyncio
import os
from collections.abc import Sequence
from typing import Any

from ..ask import Chat
from ..errors import input_too_long, no_such_token
from ..scores import Classified
from .prompts import CONTEXT_DEFAULT, infer_request, not_encoded

# What a generative reranker judges by, as ms-swift reads it from the environment.
_JUDGING_WORDS = (("GENERATIVE_RERANKER_POSITIVE_TOKEN", "yes"), ("GENERATIVE_RERANKER_NEGATIVE_TOKEN", "no"))
CLASSES_MAX = 1000
SLICE = 256


async def forward(engine: Any, prompts: Sequence[Chat], where: Sequence[str], **adapter: Any) -> tuple[list[Any], int]:
    """What the model says of each prompt, and how many tokens all have; `where` tells where each prompt stands in the
    request. A slice at a time, so that others have their turn in between, and no more is done for a client that left.
    Raises ApiError.
    """
    from swift.infer_engine import RequestConfig  # noqa: PLC0415 - seconds

    config = RequestConfig(top_logprobs=CLASSES_MAX if engine.task_type == "seq_cls" else None)
    size, said, tokens = slice_of(engine), list[Any](), 0
    for begin in range(0, len(prompts), size):
        requests = [infer_request(prompt) for prompt in prompts[begin : begin + size]]
        # First, as ms-swift lets one that is wrong fail all that are in its batch, whoever asked for them.
        await asyncio.to_thread(_check_all, engine, requests, where[begin : begin + size])
        answers = await asyncio.gather(*(engine.infer_async(request, config, **adapter) for request in requests))
        said += [_said(answer) for answer in answers]
        tokens += sum(answer.usage.prompt_tokens for answer in answers)
    return said, tokens


def check_judging_words(engine: Any) -> None:
    """A generative reranker says how much likelier one token is than another: without them in its vocabulary it would
    give 0.5 to every document. Raises ValueError.
    """
    if engine.model_info.task_type != "generative_reranker":
        return
    words, tokenizer = [os.environ.get(name, word) for name, word in _JUDGING_WORDS], engine.tokenizer
    missing = [word for word in words if tokenizer.convert_tokens_to_ids(word) in (None, tokenizer.unk_token_id)]
    if missing:
        raise ValueError(
            f"a generative reranker judges by the tokens {' and '.join(words)}, and this model's tokenizer has no "
            f"{' and no '.join(missing)}: it would rank nothing. Train a 'reranker' of this model instead"
        )


def slice_of(engine: Any) -> int:
    """How many prompts of one request are under way at a time: a batch, or as many as an engine with a queue of its own
    is to see at once.
    """
    batch = getattr(engine, "max_batch_size", 0)
    return int(batch) if batch > 0 else SLICE


def text_of(engine: Any, tokens: Sequence[int], where: str) -> str:
    """The text of a model's tokens. Raises ApiError."""
    size = len(engine.tokenizer)
    for place, token in enumerate(tokens):
        if token >= size:
            raise no_such_token(f"{where}[{place}]", token, size)
    return str(engine.tokenizer.decode(list(tokens)))


def _check_all(engine: Any, requests: Sequence[Any], where: Sequence[str]) -> None:
    limit = engine.max_model_len or CONTEXT_DEFAULT
    for request, place in zip(requests, where, strict=True):
        try:
            encoded = engine.template.encode(request, True)
        except Exception as problem:
            raise not_encoded(problem, place, limit, is_answered=False) from problem
        count = engine._get_num_tokens(encoded)
        if count > limit:
            raise input_too_long(limit, count, place)


def _said(answer: Any) -> Any:
    """A vector, a score, or a class."""
    if hasattr(answer, "data"):
        return answer.data[0].embedding
    choice = answer.choices[0]
    if choice.logprobs is None:
        said = choice.message.content
        return said[0] if isinstance(said, list) and len(said) == 1 else said
    told = choice.logprobs["content"][0]
    return Classified(told["index"], {each["index"]: each["logprob"] for each in told["top_logprobs"]})
