"""Prompts as ms-swift's templates encode them; what cannot be encoded is the request's fault, and told as such."""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import copy
import logging
import re
from typing import Any

from ..ask import Ask, Chat, Text
from ..errors import ApiError, context_length_exceeded, wrong_value

log = logging.getLogger(__name__)

# What ms-swift says of a prompt that is longer than its template takes, and than leaves room for an answer.
_TOO_LONG = re.compile(r"Current length of row\((\d+)\) is larger|Input length \((\d+)\) leaves no room")
_REASON_MAX = 300
CONTEXT_DEFAULT = 8192  # as ms-swift takes it where a model does not say


class Prompts:
    """Encodes for one engine: conversations by the chat template, texts without one."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._raw = _without_chat(engine.template)

    def encode(self, prompt: Chat | Text) -> dict[str, Any]:
        """`input_ids`, what goes with them, and `template_inputs`. Raises ApiError. Takes its time: not for a loop."""
        try:
            if isinstance(prompt, Chat):
                encoded: dict[str, Any] = self._engine.template.encode(infer_request(prompt), True)
            else:
                encoded = self._raw.encode(infer_request(prompt), True)
        except Exception as problem:  # ms-swift and what it calls raise anything where a request does not fit
            raise not_encoded(problem, param_of(prompt), self._engine.max_model_len) from problem
        if isinstance(prompt, Text) and prompt.tokens:
            encoded["input_ids"] = list(prompt.tokens)
        return encoded

    @property
    def raw_template(self) -> Any:
        """The template for texts."""
        return self._raw


def infer_request(prompt: Chat | Text) -> Any:
    """ms-swift's own."""
    from swift.infer_engine import InferRequest  # noqa: PLC0415 - seconds

    if isinstance(prompt, Text):
        return InferRequest([{"role": "user", "content": prompt.text or "."}])
    media = {name: list(values) for name, values in prompt.media.items()}
    template = {"chat_template_kwargs": dict(prompt.template)} if prompt.template else {}
    return InferRequest(copy.deepcopy(prompt.messages), tools=list(prompt.tools) or None, **media, **template)


def not_encoded(problem: Exception, where: str, limit: int | None) -> ApiError:
    """Why ms-swift could not make tokens of a prompt; `where` tells where it stands in the request."""
    if (error := too_long(problem, where, limit)) is not None:
        return error
    log.info("a prompt could not be encoded", exc_info=problem)
    reason = " ".join(str(problem).split())[:_REASON_MAX] or type(problem).__name__
    return ApiError(400, "invalid_prompt", f"the model's template cannot encode this request: {reason}", where)


def room_for_answer(ask: Ask, prompt_tokens: int, limit: int | None) -> int:
    """How many tokens the answer may have. Raises ApiError where the prompt leaves none."""
    limit = limit or CONTEXT_DEFAULT
    left = limit - prompt_tokens
    if left <= 0:
        raise context_length_exceeded(limit, prompt_tokens, param_of(ask.prompt))
    return min(left, ask.max_tokens or left)


def too_long(problem: Exception, where: str, limit: int | None) -> ApiError | None:
    """What ms-swift says of a prompt that is too long, as OpenAI does; None for any other problem."""
    found = _TOO_LONG.search(str(problem))
    if found is None:
        return None
    return context_length_exceeded(limit or CONTEXT_DEFAULT, int(found[1] or found[2]), where)


def check_tokens(ask: Ask, vocabulary: int) -> None:
    """Raises ApiError for a token id that the model does not have: looking it up would end a GPU's whole process."""
    tokens = ask.prompt.tokens if isinstance(ask.prompt, Text) else ()
    for param, ids in (("prompt", tokens), ("logit_bias", ask.sampling.logit_bias)):
        if ids and (largest := max(ids)) >= vocabulary:
            raise wrong_value(param, f"{largest} is no token id of this model, which has {vocabulary} tokens.")


def param_of(prompt: Chat | Text) -> str:
    """Where it stands in the request."""
    return "messages" if isinstance(prompt, Chat) else "prompt"


def _without_chat(template: Any) -> Any:
    raw = copy.copy(template)
    raw.use_chat_template = False
    raw.template_meta = template.template_meta.to_generate_template_meta()
    return raw
