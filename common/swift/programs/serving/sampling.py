"""The parameters of sampling, which chat and text completions share."""

import re
from dataclasses import dataclass, replace
from typing import Any

from .ask import LOGIT_BIAS, LOGPROBS, MIN_P, PENALTIES, SEED, SEVERAL, STREAM_LOGPROBS, STREAM_SEVERAL, Ask, Sampling
from .errors import unsupported_parameter, wrong_type, wrong_value
from .fields import Fields, kind_of

N_MAX = 128
STOPS_MAX = 16
_TOKEN_ID = re.compile("[0-9]{1,10}")
SEED_MIN, SEED_MAX = -(2**63), 2**63 - 1
TEMPERATURE_MIN = 1e-5
SHARE_MIN = 1e-6  # engines take no 0
SHARED = frozenset(
    {
        "drop_params",
        "frequency_penalty",
        "logit_bias",
        "logprobs",
        "max_tokens",
        "min_p",
        "model",
        "n",
        "presence_penalty",
        "repetition_penalty",
        "seed",
        "stop",
        "stream",
        "stream_options",
        "temperature",
        "top_k",
        "top_p",
    }
)
TOKENS_MAX = 2**63 - 1  # more than any context has left, which is what such an answer may have


@dataclass(frozen=True, slots=True)
class Streaming:
    """How the answer comes."""

    is_on: bool = False
    with_usage: bool = False


def read_streaming(fields: Fields) -> Streaming:
    """Raises ApiError."""
    is_on = fields.flag("stream")
    if not fields.has("stream_options"):
        return Streaming(is_on)
    if not is_on:
        raise wrong_value("stream_options", "it is only allowed where 'stream' is true.")
    options = fields.inner("stream_options")
    options.only({"include_usage", "include_obfuscation"})
    options.flag("include_obfuscation")
    return Streaming(is_on, options.flag("include_usage"))


def read_sampling(fields: Fields) -> Sampling:
    """Raises ApiError."""
    return Sampling(
        temperature=_temperature(fields),
        top_p=_share(fields, "top_p"),
        top_k=fields.whole("top_k", -1, 1_000_000),
        min_p=fields.number("min_p", 0, 1),
        repetition_penalty=fields.number("repetition_penalty", 0.01, 10),
        presence_penalty=fields.number("presence_penalty", -2, 2) or 0.0,
        frequency_penalty=fields.number("frequency_penalty", -2, 2) or 0.0,
        seed=fields.whole("seed", SEED_MIN, SEED_MAX),
        logit_bias=_biases(fields),
    )


def read_stops(fields: Fields) -> tuple[str, ...]:
    """A text or an array of texts. Raises ApiError."""
    value = fields.body.get("stop")
    stops = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(stops, list):
        raise wrong_type("stop", "a string or an array of strings", kind_of(value))
    for stop in stops:
        if not isinstance(stop, str):
            raise wrong_type("stop", "a string or an array of strings", f"an array with {kind_of(stop)}")
        if not stop:
            raise wrong_value("stop", "an empty string ends nothing.")
    if len(stops) > STOPS_MAX:
        raise wrong_value("stop", f"an array of {len(stops)}; {STOPS_MAX} at most.")
    return tuple(dict.fromkeys(stops))


def honoured(ask: Ask, honours: frozenset[str], back_end: str, *, drop: bool) -> Ask:
    """The ask without what this back end would ignore. Raises ApiError for it, unless it is to be dropped."""
    sampling = ask.sampling
    # Each by name: whether it is asked for, what honours it, what is left without it.
    asked: dict[str, tuple[bool, str, dict[str, Any]]] = {
        "n": (ask.n > 1, STREAM_SEVERAL if ask.is_streamed else SEVERAL, {"n": 1}),
        "logprobs": (ask.logprobs is not None, STREAM_LOGPROBS if ask.is_streamed else LOGPROBS, {"logprobs": None}),
    }
    inner: dict[str, tuple[bool, str, dict[str, Any]]] = {
        "seed": (sampling.seed is not None, SEED, {"seed": None}),
        "logit_bias": (bool(sampling.logit_bias), LOGIT_BIAS, {"logit_bias": {}}),
        "min_p": (sampling.min_p is not None, MIN_P, {"min_p": None}),
        "presence_penalty": (sampling.presence_penalty != 0, PENALTIES, {"presence_penalty": 0.0}),
        "frequency_penalty": (sampling.frequency_penalty != 0, PENALTIES, {"frequency_penalty": 0.0}),
    }
    ignored = {name: left for name, (is_asked, feature, left) in asked.items() if is_asked and feature not in honours}
    within = {name: left for name, (is_asked, feature, left) in inner.items() if is_asked and feature not in honours}
    if not drop:
        for name in (*ignored, *within):
            raise unsupported_parameter(name, f"is not honoured by the back end of this model, {back_end}")
    for left in within.values():
        sampling = replace(sampling, **left)
    for left in ignored.values():
        ask = replace(ask, **left)
    return replace(ask, sampling=sampling)


def _temperature(fields: Fields) -> float | None:
    """What is nearly 0 is: a division by it would leave the range of numbers."""
    temperature = fields.number("temperature", 0, 2)
    return 0.0 if temperature is not None and temperature < TEMPERATURE_MIN else temperature


def _share(fields: Fields, key: str) -> float | None:
    """0 is taken as OpenAI takes it: the most likely token alone."""
    share = fields.number(key, 0, 1)
    return SHARE_MIN if share == 0 else share


def _biases(fields: Fields) -> dict[int, float]:
    biases: dict[int, float] = {}
    for token, bias in (fields.object("logit_bias") or {}).items():
        if not _TOKEN_ID.fullmatch(token):
            raise wrong_value(f"logit_bias.{token[:40]}", f"'{token[:40]}' is no token id.")
        if isinstance(bias, bool) or not isinstance(bias, int | float) or not -100 <= bias <= 100:
            raise wrong_value(f"logit_bias.{token}", f"{_shown(bias)} is no number from -100 to 100.")
        biases[int(token)] = float(bias)
    return biases


def _shown(value: Any) -> str:
    return repr(value)[:40]
