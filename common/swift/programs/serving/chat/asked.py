"""A chat completion as it is asked for: the body's fields, each honoured, translated or refused by name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..ask import FORCED_CALLS, FORM, FORM_OR_CALLS, STRICT, Ask, Chat, Constraint, Engine
from ..errors import missing, unsupported_parameter, unsupported_value, wrong_value
from ..fields import Fields, kind_of
from ..labels import LABELS, read_labels
from ..sampling import N_MAX, SHARED, TOKENS_MAX, Streaming, honoured, read_sampling, read_stops, read_streaming
from .formats import read_format
from .messages import to_swift
from .parts import places_of_media
from .tools import Tools, read_tools

TOP_LOGPROBS_MAX = 20
HONOURED = SHARED | frozenset(
    {
        "chat_template_kwargs",
        "max_completion_tokens",
        "messages",
        "parallel_tool_calls",
        "response_format",
        "tool_choice",
        "tools",
        "top_logprobs",
        # ms-swift's: media beside the messages.
        "audios",
        "images",
        "videos",
    }
)
REFUSED = {
    "audio": "asks for speech, which no back end makes",
    "function_call": "is the older form of 'tool_choice'",
    "functions": "is the older form of 'tools'",
    "moderation": "is a service of OpenAI's",
    "prediction": "is not honoured by any back end",
    "reasoning_effort": "is not honoured by any back end: chat templates that know thinking take it by "
    "'chat_template_kwargs'",
    "store": "is not there: no answer is kept",
    "web_search_options": "is a service of OpenAI's",
}
# These may say what is done anyhow, and nothing else.
LIMITED: dict[str, tuple[Any, ...]] = {
    "modalities": (["text"],),
    "service_tier": ("auto", "default"),
    "verbosity": ("medium",),
}
# Chat templates ask whether these are true: a text is, whatever it says.
_SWITCHES = ("enable_thinking", "thinking")
# What the tokenizer's own method takes: a template of the client's, what is rendered with it, how it comes out.
_NOT_FOR_TEMPLATES = frozenset(
    {
        "add_generation_prompt",
        "chat_template",
        "continue_final_message",
        "conversation",
        "documents",
        "max_length",
        "messages",
        "padding",
        "return_assistant_tokens_mask",
        "return_dict",
        "return_tensors",
        "tokenize",
        "tokenizer_kwargs",
        "tools",
        "truncation",
    }
)


@dataclass(frozen=True, slots=True)
class ChatAsked:
    """What the engine is asked, and what the answer looks like."""

    ask: Ask
    streaming: Streaming
    tools: Tools


def read_chat(body: Mapping[str, Any], engine: Engine, back_end: str, adapter: str) -> ChatAsked:
    """Raises ApiError."""
    fields = Fields.of_request(body)
    fields.refuse(REFUSED)
    fields.limit(LIMITED)
    fields.only(HONOURED | LABELS | REFUSED.keys() | LIMITED.keys())
    read_labels(fields)
    streaming, tools = read_streaming(fields), read_tools(fields)
    messages = _messages(fields)
    ask = Ask(
        prompt=Chat(
            messages=to_swift(messages, engine.sees, drop=fields.drop),
            tools=list(tools.told),
            media=_media(fields, engine.sees),
            template=_template(fields),
            places=places_of_media(messages),
        ),
        adapter=adapter,
        n=fields.whole("n", 1, N_MAX) or 1,
        max_tokens=_max_tokens(fields),
        stop=read_stops(fields),
        sampling=read_sampling(fields),
        logprobs=_logprobs(fields),
        constraint=_constraint(fields, tools, engine, back_end),
        is_streamed=streaming.is_on,
    )
    return ChatAsked(honoured(ask, engine.honours, back_end, drop=fields.drop), streaming, tools)


def _messages(fields: Fields) -> list[Any]:
    messages = fields.items("messages")
    if messages is None:
        raise missing("messages")
    return messages


def _max_tokens(fields: Fields) -> int | None:
    older = fields.whole("max_tokens", 1, TOKENS_MAX)
    newer = fields.whole("max_completion_tokens", 1, TOKENS_MAX)
    if older is not None and newer is not None and older != newer:
        raise wrong_value("max_tokens", "'max_completion_tokens' says something else; leave one of both out.")
    return older if newer is None else newer


def _logprobs(fields: Fields) -> int | None:
    is_on, most_likely = fields.flag("logprobs"), fields.whole("top_logprobs", 0, TOP_LOGPROBS_MAX)
    if most_likely is not None and not is_on:
        raise wrong_value("top_logprobs", "it is only allowed where 'logprobs' is true.")
    return (most_likely or 0) if is_on else None


def _constraint(fields: Fields, tools: Tools, engine: Engine, back_end: str) -> Constraint | None:
    """What the text has to be. Raises ApiError where this back end cannot hold it to that."""
    form = read_format(fields)
    if form is not None and tools.forced is not None:
        if not fields.drop:
            raise unsupported_value("response_format", "cannot go with a 'tool_choice' that forces a call")
        form = None
    if form is not None and tools.told:
        functions = tuple(tool["function"] for tool in tools.told)
        form = replace(form, functions=functions, several=not tools.at_most_one)
    if form is not None:
        name, feature, wanted = "response_format", FORM_OR_CALLS if tools.told else FORM, form
    elif tools.forced is not None:
        name, feature, wanted = "tool_choice", FORCED_CALLS, tools.forced
    else:
        return tools.strict if STRICT in engine.honours else None
    if feature in engine.honours:
        return wanted
    if fields.drop:
        return None
    beside = " beside 'tools'" if feature == FORM_OR_CALLS else ""
    raise unsupported_parameter(name, f"is not honoured{beside} by the back end of this model, {back_end}")


def _media(fields: Fields, sees: frozenset[str]) -> dict[str, list[Any]]:
    media = {name: fields.items(name) or [] for name in ("images", "videos", "audios")}
    for name, values in media.items():
        if values and name.removesuffix("s") not in sees:
            raise unsupported_value(name, "is not for this model: it takes none")
    return {name: values for name, values in media.items() if values}


def _template(fields: Fields) -> dict[str, Any]:
    """Plain values for the chat template, nothing that replaces it."""
    given, inner = fields.object("chat_template_kwargs") or {}, fields.inner("chat_template_kwargs")
    for name in _SWITCHES:
        inner.flag(name)
    refused = {
        name: "is not the client's to say"
        if name in _NOT_FOR_TEMPLATES
        else f"is {kind_of(value)}: a chat template takes plain values here"
        for name, value in given.items()
        if name in _NOT_FOR_TEMPLATES or not isinstance(value, str | int | float | None)
    }
    for name, why in refused.items():
        if not fields.drop:
            raise unsupported_value(f"chat_template_kwargs.{name[:40]}", why)
    return {name: value for name, value in given.items() if name not in refused}
