"""The rows: what is sent for each field, and what becomes of it where it is taken. What is refused, is found out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from common.swift.programs.serving.ask import STRICT
from common.swift.programs.serving.chat.asked import LIMITED
from common.swift.programs.serving.chat.messages import OF_ANSWERS
from common.swift.programs.serving.chat.parts import DETAILS
from common.swift.programs.serving.labels import CACHE_MARKS, LABELS

HONOURED, TRANSLATED, NO_EFFECT, BEST_EFFORT = "honoured", "translated", "no effect", "best effort"


@dataclass(frozen=True, slots=True)
class Row:
    """`name` as the table has it; `sent` is added to a body that is right without it. A back end that does not honour
    `needs` takes it all the same, and does its best.
    """

    name: str
    sent: Mapping[str, Any]
    taken: str = HONOURED
    note: str = ""
    needs: str = ""


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _plain(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


_QUESTION = {"role": "user", "content": "hello"}
_PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
_PARTS = [{"type": "text", "text": "hello"}, _PICTURE]
_FUNCTION = {"name": "get_time", "parameters": {"type": "object", "properties": {}}}
_TOOLS = {"tools": [{"type": "function", "function": _FUNCTION}]}
_NAMED = {"type": "function", "function": {"name": "get_time"}}
_CALL = {"id": "call_1", "type": "function", "function": {"name": "get_time", "arguments": "{}"}}
_AFTER_A_CALL = [
    _QUESTION,
    {"role": "assistant", "content": None, "tool_calls": [_CALL]},
    {"role": "tool", "tool_call_id": "call_1", "content": "noon"},
]
_SCHEMA = {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}}
_STREAM = {"stream": True}
_LABELLED = dict.fromkeys(LABELS, "x") | {"metadata": {"x": "x"}, "prompt_cache_retention": "24h"}
_SHOWN = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "high"}}]
_STRICT = {"tools": [{"type": "function", "function": _FUNCTION | {"strict": True}}]}
_AS_THE_MODEL = "as the model's template has it"
_NOT_OPENAIS = "not OpenAI's"
_DETAIL = f"{' or '.join(f'`{value}`' for value in DETAILS)} only: it is seen as large as the model takes it"

SAMPLING = (
    Row("`temperature`, `top_p`", {"temperature": 1, "top_p": 0.9}),
    Row("`stop`", {"stop": "."}, note="a text, or up to 16"),
    Row("`n`", {"n": 2}),
    Row("`n` with `stream`", {"n": 2, **_STREAM}),
    Row("`seed`", {"seed": 1}),
    Row("`presence_penalty`, `frequency_penalty`", {"presence_penalty": 1, "frequency_penalty": 1}),
    Row("`logit_bias`", {"logit_bias": {"5": 1}}),
    Row("`stream`, `stream_options`", {**_STREAM, "stream_options": {"include_usage": True}}),
    Row("`top_k`, `repetition_penalty`", {"top_k": 5, "repetition_penalty": 1.1}, note=_NOT_OPENAIS),
    Row("`min_p`", {"min_p": 0.1}, note=_NOT_OPENAIS),
    Row("`drop_params`", {"drop_params": True}, note=f"{_NOT_OPENAIS}: what would be refused is left out"),
    Row(_names(LABELS), _LABELLED, NO_EFFECT, "labels of a client"),
)
CHAT = (
    Row(
        "role `developer`", {"messages": [{"role": "developer", "content": "x"}, _QUESTION]}, TRANSLATED, "as `system`"
    ),
    Row(
        "content as parts",
        {"messages": [{"role": "user", "content": _PARTS}]},
        TRANSLATED,
        "400 for pictures, unless the model takes them",
    ),
    Row(
        "`tool_calls`, role `tool`",
        {"messages": _AFTER_A_CALL},
        TRANSLATED,
        f"{_AS_THE_MODEL}; `content` may be null or absent",
    ),
    Row("`detail` of a picture", {"messages": [{"role": "user", "content": _SHOWN}]}, NO_EFFECT, _DETAIL),
    Row(
        "`name` of a message",
        {"messages": [_QUESTION | {"name": "x"}]},
        NO_EFFECT,
        "chat templates have no place for it",
    ),
    Row(
        _names(OF_ANSWERS),
        {"messages": [_QUESTION, {"role": "assistant", "content": "x", **dict.fromkeys(OF_ANSWERS, "x")}]},
        NO_EFFECT,
        "of earlier answers, as clients send them back; what was thought is not shown again",
    ),
    Row(
        _names(CACHE_MARKS),
        {"messages": [_QUESTION | dict.fromkeys(CACHE_MARKS, "x")]},
        NO_EFFECT,
        "on messages, parts and tools: marks for caches",
    ),
    Row("`max_tokens`", {"max_tokens": 5}),
    Row("`max_completion_tokens`", {"max_completion_tokens": 5}, TRANSLATED, "as `max_tokens`"),
    *SAMPLING,
    Row("`logprobs`, `top_logprobs`", {"logprobs": True, "top_logprobs": 2}, note="up to 20"),
    Row("`logprobs` with `stream`", {"logprobs": True, **_STREAM}),
    Row(
        "`tools`, `parallel_tool_calls`",
        {**_TOOLS, "parallel_tool_calls": False},
        TRANSLATED,
        f"{_AS_THE_MODEL}; functions only",
    ),
    Row(
        "`strict` of a function",
        _STRICT,
        note="of a call that is forced, arguments are always as the schema says",
        needs=STRICT,
    ),
    Row("`tool_choice`: `none`, `auto`", {**_TOOLS, "tool_choice": "auto"}),
    Row("`tool_choice`: `required`, a function", {**_TOOLS, "tool_choice": _NAMED}),
    Row(
        "`tool_choice`: `allowed_tools`",
        {**_TOOLS, "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [_NAMED]}}},
        note="the others are kept from the model, and calls of them from the client; mode `required` as `required`",
    ),
    Row("`response_format`: `json_object`", {"response_format": {"type": "json_object"}}),
    Row("`response_format`: `json_schema`", {"response_format": _SCHEMA}),
    Row("`response_format` beside `tools`", {"response_format": _SCHEMA, **_TOOLS}, note="the form, or calls"),
    *(
        Row(f"`{name}`", {name: values[0]}, NO_EFFECT, f"{' or '.join(f'`{_plain(value)}`' for value in values)} only")
        for name, values in sorted(LIMITED.items())
    ),
    Row(
        "`chat_template_kwargs`",
        {"chat_template_kwargs": {"enable_thinking": False}},
        note=f"{_NOT_OPENAIS}; plain values, `enable_thinking` and `thinking` booleans",
    ),
    Row(
        "`images`, `videos`, `audios`",
        {"images": ["x"], "videos": ["x"], "audios": ["x"]},
        note=f"{_NOT_OPENAIS}: [media](#pictures-videos-sounds) beside the messages",
    ),
)
# Besides those of sampling.
COMPLETIONS = (
    Row("`prompt`", {"prompt": ["hello", "you"]}, note="a text or several, without a chat template around it"),
    Row("`prompt` as tokens", {"prompt": [1, 2]}),
    Row("`max_tokens`", {"max_tokens": 5}, note="16, unless it is said"),
    Row("`echo`", {"echo": True}, TRANSLATED, "the text is put in front; not with `logprobs`"),
    Row("`best_of`", {"best_of": 1}, note="the same as `n` only"),
    Row("`logprobs`", {"logprobs": 2}, note="up to 20"),
    Row("`logprobs` with `stream`", {"logprobs": 2, **_STREAM}),
)
