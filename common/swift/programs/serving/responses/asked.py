"""A response as it is asked for: the body's fields as those of a chat completion, each honoured, translated or refused
by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import missing, unsupported_value, wrong_type, wrong_value
from ..fields import Fields, kind_of
from ..labels import read_labels
from ..sampling import TOKENS_MAX
from .functions import choice_in_chat, in_chat, read_choice, read_functions
from .kept import Kept
from .parameters import LIMITED, REFUSED, SHARED, known, within
from .turns import Placed, read_input

LOGPROBS = "message.output_text.logprobs"
# OpenAI's own runner of tools always asks for it; what a model thinks is told in the open here.
ENCRYPTED = "reasoning.encrypted_content"
TOP_LOGPROBS_MAX = 20


@dataclass(frozen=True, slots=True)
class ChatAsked:
    """The body of the chat completion, and what of the request the answer tells again."""

    body: dict[str, Any]
    kept: Kept


def to_chat(body: Mapping[str, Any]) -> ChatAsked:
    """Raises ApiError. What depends on the model is left to those who read the chat completion."""
    fields = Fields.of_request(body)
    for outer in ("", "reasoning", "text"):
        _check(fields.inner(outer) if outer else fields, outer)
    model, placed = fields.needed_text("model"), _instructions(fields) + read_input(fields)
    echo = _echo(fields)
    chat = {key: body[key] for key in SHARED if fields.has(key) and key != "parallel_tool_calls"}
    chat["messages"] = [message for message, _ in placed]
    chat |= _functions(fields, echo) | _form(echo) | _logprobs(fields, echo) | _streaming(fields)
    if echo["max_output_tokens"] is not None:
        chat["max_completion_tokens"] = echo["max_output_tokens"]
    return ChatAsked(chat, Kept(model, echo, tuple(place for _, place in placed)))


def _check(fields: Fields, outer: str) -> None:
    """The fields of the body, or of an object within: whether they are there, and may say what they say."""
    fields.refuse(within(outer, REFUSED))
    fields.limit(within(outer, LIMITED))
    fields.only(known(outer))


def _instructions(fields: Fields) -> list[Placed]:
    text = fields.text("instructions")
    return [({"role": "system", "content": text}, "instructions")] if text else []


def _echo(fields: Fields) -> dict[str, Any]:
    """The fields that an answer has again, as they are in responses."""
    functions, choice = read_functions(fields), read_choice(fields) or "auto"
    if fields.items("tools") and not functions:  # all were dropped
        choice = "auto"
    return {
        "instructions": fields.text("instructions"),
        "max_output_tokens": fields.whole("max_output_tokens", 1, TOKENS_MAX),
        "parallel_tool_calls": fields.flag("parallel_tool_calls", default=True),
        "temperature": fields.number("temperature", 0, 2),
        "text": {"format": _format(fields), "verbosity": "medium"},
        "tool_choice": choice,
        "tools": functions,
        "top_logprobs": fields.whole("top_logprobs", 0, TOP_LOGPROBS_MAX) or 0,
        "top_p": fields.number("top_p", 0, 1),
        **read_labels(fields),
    }


def _format(fields: Fields) -> dict[str, Any]:
    form = fields.inner("text").inner("format")
    if not form.body:
        return {"type": "text"}
    form.only({"description", "name", "schema", "strict", "type"})
    kind = form.word("type", ("json_object", "json_schema", "text"), "")
    if kind != "json_schema":
        return {"type": kind}
    schema = form.object("schema")
    if schema is None:
        raise missing(form.name("schema"))
    described = {"description": form.text("description"), "name": form.needed_text("name")}
    return {"type": kind, **described, "schema": schema, "strict": form.flag("strict")}


def _functions(fields: Fields, echo: Mapping[str, Any]) -> dict[str, Any]:
    """Without tools, a choice that forces none says nothing: clients of responses send it all the same."""
    choice, functions = echo["tool_choice"], [in_chat(function) for function in echo["tools"]]
    is_said = fields.has("tool_choice") and (functions or choice not in ("auto", "none"))
    chosen = {"tool_choice": choice_in_chat(choice)} if is_said else {}
    if not functions:
        return chosen
    several = {"parallel_tool_calls": False} if not echo["parallel_tool_calls"] else {}
    return {"tools": functions} | several | chosen


def _form(echo: Mapping[str, Any]) -> dict[str, Any]:
    form = echo["text"]["format"]
    if form["type"] == "text":
        return {}
    inner = {key: value for key, value in form.items() if key != "type" and value is not None}
    return {"response_format": {"type": form["type"]} | ({form["type"]: inner} if inner else {})}


def _logprobs(fields: Fields, echo: Mapping[str, Any]) -> dict[str, Any]:
    """Wanted by `include`; who says how many means it as well."""
    wanted = fields.items("include") or []
    for place, each in enumerate(wanted):
        if not isinstance(each, str):
            raise wrong_type(f"include[{place}]", "a string", kind_of(each))
        if each not in (LOGPROBS, ENCRYPTED) and not fields.drop:
            raise unsupported_value(f"include[{place}]", f"is '{each[:60]}'; only '{LOGPROBS}' is there")
    is_on = LOGPROBS in wanted or echo["top_logprobs"] > 0
    return {"logprobs": True, "top_logprobs": echo["top_logprobs"]} if is_on else {}


def _streaming(fields: Fields) -> dict[str, Any]:
    is_on = fields.flag("stream")
    if fields.has("stream_options"):
        if not is_on:
            raise wrong_value("stream_options", "it is only allowed where 'stream' is true.")
        options = fields.inner("stream_options")
        options.only({"include_obfuscation"})
        options.flag("include_obfuscation")
    return {"stream_options": {"include_usage": True}} if is_on else {}
