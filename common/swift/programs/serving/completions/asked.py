"""Text completions as they are asked for: one prompt or several, each a text or its tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..ask import TOKENS, Ask, Engine, Text
from ..errors import missing, unsupported_parameter, unsupported_value, wrong_type, wrong_value
from ..fields import Fields, kind_of
from ..labels import LABELS, read_labels
from ..sampling import N_MAX, SHARED, TOKENS_MAX, Streaming, honoured, read_sampling, read_stops, read_streaming

PROMPTS_MAX = 128
LOGPROBS_MAX = 20  # OpenAI takes five
MAX_TOKENS_DEFAULT = 16  # OpenAI's own
TOKEN_MAX = 2**31 - 1
HONOURED = SHARED | frozenset({"best_of", "echo", "prompt"})
REFUSED = {"suffix": "is not honoured by any back end"}


@dataclass(frozen=True, slots=True)
class CompletionsAsked:
    """What the engine is asked, prompt by prompt. With `echo` the prompt stands in front of each answer."""

    asks: tuple[Ask, ...]
    streaming: Streaming
    echo: bool


def read_completions(body: Mapping[str, Any], engine: Engine, back_end: str, adapter: str) -> CompletionsAsked:
    """Raises ApiError."""
    fields = Fields.of_request(body)
    drop = fields.drop
    fields.refuse(REFUSED)
    fields.only(HONOURED | LABELS | REFUSED.keys())
    read_labels(fields)
    streaming, n = read_streaming(fields), fields.whole("n", 1, N_MAX) or 1
    if (fields.whole("best_of", 1, N_MAX) or n) != n and not drop:
        raise unsupported_parameter("best_of", "may be the same as 'n' only")
    echo, logprobs = fields.flag("echo"), fields.whole("logprobs", 0, LOGPROBS_MAX)
    prompts = _prompts(fields.body.get("prompt"))
    if n * len(prompts) > PROMPTS_MAX:
        raise wrong_value(
            "n", f"{n} for each of {len(prompts)} prompts; {PROMPTS_MAX} choices may be asked for at once."
        )
    if echo and logprobs is not None and not drop:
        raise unsupported_value("echo", "cannot go with 'logprobs': those of prompts are not there")
    if echo and any(prompt.tokens for prompt in prompts) and not drop:
        raise unsupported_value("echo", "cannot go with a prompt of tokens")
    echo = echo and logprobs is None and not any(prompt.tokens for prompt in prompts)
    if any(prompt.tokens for prompt in prompts) and TOKENS not in engine.honours:
        raise unsupported_value("prompt", f"may be texts only with the back end of this model, {back_end}")
    sampling, stop = read_sampling(fields), read_stops(fields)
    max_tokens = fields.whole("max_tokens", 1, TOKENS_MAX) or MAX_TOKENS_DEFAULT
    asks = [
        Ask(
            prompt=prompt,
            adapter=adapter,
            n=n,
            max_tokens=max_tokens,
            stop=stop,
            sampling=sampling,
            logprobs=logprobs,
            is_streamed=streaming.is_on,
        )
        for prompt in prompts
    ]
    return CompletionsAsked(tuple(honoured(ask, engine.honours, back_end, drop=drop) for ask in asks), streaming, echo)


def _prompts(value: Any) -> list[Text]:
    if value is None:
        raise missing("prompt")
    many = value if isinstance(value, list) and not _is_tokens(value) else [value]
    if not many or len(many) > PROMPTS_MAX:
        raise wrong_value("prompt", f"{len(many)} of them; from one to {PROMPTS_MAX} may come at once.")
    return [_prompt(each) for each in many]


def _prompt(value: Any) -> Text:
    if isinstance(value, str):
        if not value:
            raise wrong_value("prompt", "an empty string gives nothing to go on from.")
        return Text(value)
    if _is_tokens(value):
        if max(value) > TOKEN_MAX:
            raise wrong_value("prompt", f"{str(max(value))[:40]} is no token id.")
        return Text(tokens=tuple(value))
    raise wrong_type("prompt", "a string, an array of strings, of token ids, or of arrays of those", kind_of(value))


def _is_tokens(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(each) is int and each >= 0 for each in value)
