"""Prompts as ms-swift's templates encode them; what cannot be encoded is the request's fault, and told as such."""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import copy
import logging
import re
from collections.abc import Iterator
from typing import Any

from ..ask import Ask, Chat, Text
from ..errors import ApiError, context_length_exceeded, input_too_long, no_such_token
from .agents import agent_template
from .shown_calls import shown_calls

log = logging.getLogger(__name__)

# What ms-swift says of a prompt that is longer than its template takes, and than leaves room for an answer.
_TOO_LONG = re.compile(r"Current length of row\((\d+)\) is larger|Input length \((\d+)\) leaves no room")
_REASON_MAX = 300
_NOT_ENCODED = "invalid_prompt"
# What Python writes for a thing that has no name.
_THING = re.compile(r" ?<[\w.]+ object at 0x[0-9a-fA-F]+>")
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
                encoded: dict[str, Any] = self._engine.template.encode(
                    infer_request(prompt, agent_template(self._engine)), True
                )
            else:
                encoded = self._raw.encode(infer_request(prompt), True)
        except Exception as problem:  # ms-swift and what it calls raise anything where a request does not fit
            error = not_encoded(problem, param_of(prompt), self._engine.max_model_len)
            raise told_of_picture(error, prompt) from problem
        if isinstance(prompt, Text) and prompt.tokens:
            encoded["input_ids"] = list(prompt.tokens)
        return encoded

    @property
    def raw_template(self) -> Any:
        """The template for texts."""
        return self._raw


def infer_request(prompt: Chat | Text, agents: Any = None) -> Any:
    """ms-swift's own; `agents` is the agent template that shows its calls."""
    from swift.infer_engine import InferRequest  # noqa: PLC0415 - seconds

    if isinstance(prompt, Text):
        return InferRequest([{"role": "user", "content": prompt.text or "."}])
    media = {name: list(values) for name, values in prompt.media.items()}
    template = {"chat_template_kwargs": dict(prompt.template)} if prompt.template else {}
    return InferRequest(
        copy.deepcopy(shown_calls(prompt.messages, agents)), tools=list(prompt.tools) or None, **media, **template
    )


def not_encoded(problem: Exception, where: str, limit: int | None, *, is_answered: bool = True) -> ApiError:
    """Why ms-swift could not make tokens of a prompt; `where` tells where it stands in the request."""
    if (error := too_long(problem, where, limit, is_answered=is_answered)) is not None:
        return error
    log.info("a prompt could not be encoded", exc_info=problem)
    return ApiError(400, _NOT_ENCODED, f"the model's template cannot encode this request: {_reason_of(problem)}", where)


def told_of_picture(error: ApiError, prompt: Chat | Text) -> ApiError:
    """The same error, or one about the first picture that cannot be read, by its place. Takes its time: not for a
    loop.
    """
    if error.code != _NOT_ENCODED or isinstance(prompt, Text):
        return error
    from swift.template import load_image  # noqa: PLC0415 - seconds

    for place, picture in _pictures(prompt):
        try:
            load_image(picture).load()
        except Exception as problem:
            text = f"Invalid value for '{place}': the picture cannot be read: {_reason_of(problem)}."
            return ApiError(400, "image_parse_error", text, place)
    return error


def room_for_answer(ask: Ask, prompt_tokens: int, limit: int | None) -> int:
    """How many tokens the answer may have. Raises ApiError where the prompt leaves none."""
    limit = limit or CONTEXT_DEFAULT
    left = limit - prompt_tokens
    if left <= 0:
        raise context_length_exceeded(limit, prompt_tokens, param_of(ask.prompt))
    return min(left, ask.max_tokens or left)


def too_long(problem: Exception, where: str, limit: int | None, *, is_answered: bool = True) -> ApiError | None:
    """What ms-swift says of a prompt that is too long, as OpenAI does; None for any other problem."""
    found = _TOO_LONG.search(str(problem))
    if found is None:
        return None
    told = context_length_exceeded if is_answered else input_too_long
    return told(limit or CONTEXT_DEFAULT, int(found[1] or found[2]), where)


def check_tokens(ask: Ask, vocabulary: int) -> None:
    """Raises ApiError for a token id that the model does not have: looking it up would end a GPU's whole process."""
    tokens = ask.prompt.tokens if isinstance(ask.prompt, Text) else ()
    if tokens and (largest := max(tokens)) >= vocabulary:
        raise no_such_token("prompt", largest, vocabulary)
    biased = ask.sampling.logit_bias
    if biased and (largest := max(biased)) >= vocabulary:
        raise no_such_token(f"logit_bias.{largest}", largest, vocabulary)


def param_of(prompt: Chat | Text) -> str:
    """Where it stands in the request."""
    return "messages" if isinstance(prompt, Chat) else "prompt"


def _pictures(prompt: Chat) -> Iterator[tuple[str, Any]]:
    """Each with its place in the request."""
    parts = [
        part
        for message in prompt.messages
        if isinstance(message["content"], list)
        for part in message["content"]
        if part["type"] != "text"
    ]
    for place, part in zip(prompt.places, parts, strict=True):
        if part["type"] == "image":
            yield place, part["image"]
    for number, picture in enumerate(prompt.media.get("images", ())):
        yield f"images[{number}]", picture


def _reason_of(problem: Exception) -> str:
    return " ".join(_THING.sub("", str(problem)).split())[:_REASON_MAX].rstrip(". ") or type(problem).__name__


def _without_chat(template: Any) -> Any:
    raw = copy.copy(template)
    raw.use_chat_template = False
    raw.template_meta = template.template_meta.to_generate_template_meta()
    return raw
