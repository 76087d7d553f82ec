"""Calls of functions in the way that each model family writes them, by ms-swift's agent templates."""

import json
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from ..ask import Call
from . import guided

# Mistral's reader wants the token that ends the answer, which is no part of its text here.
_END_READ = {"MistralAgentTemplate": "</s>"}
_LLAMA = frozenset({"Llama3AgentTemplate", "Llama4AgentTemplate"})


def agent_template(engine: Any) -> Any:
    """None where ms-swift knows none for this model."""
    try:
        return engine.template.agent_template
    except ValueError:
        return None


def calls_in(engine: Any, text: str, tools: Sequence[Mapping[str, Any]]) -> list[Call]:
    """What ms-swift reads from an answer, with arguments of the types that the functions' schemas tell."""
    template = agent_template(engine)
    name = type(template).__name__
    if name in _LLAMA and (calls := _llama_calls(text)):
        return calls
    calls = _read(engine, text + _END_READ.get(name, ""), tools)
    form = guided.call_format(template)
    if form is None or form.parameters is None:
        return calls
    schemas = {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in tools}
    return [Call(call.name, guided.typed(call.arguments, schemas.get(call.name, {}))) for call in calls]


def call_mark(engine: Any) -> str:
    """What a call begins with; empty where that is not known."""
    return guided.call_mark(agent_template(engine))


def is_half_call(engine: Any, text: str, tools: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a text goes on as a call of one of the tools does, as far as it goes. Where only the mark of calls is
    known, the mark is enough.
    """
    form, mark = guided.call_format(agent_template(engine)), call_mark(engine)
    if form is None:
        return bool(mark) and text.startswith(mark)
    names, written = [tool["function"]["name"] for tool in tools], text.lstrip()
    beginnings = [opened.replace("{name}", name) for opened in _openings(form) for name in names]
    if mark:  # models put space where their templates have none
        written, beginnings = _dense(written), [_dense(each) for each in beginnings]
    return bool(written) and any(written.startswith(each) or each.startswith(written) for each in beginnings)


def _openings(form: guided.CallFormat) -> list[str]:
    """Up to the first sign behind a function's name, so that it is not another word that begins so."""
    opened, _, rest = form.open.partition("{name}")
    behind = rest[: len(rest) - len(rest.lstrip()) + 1]
    return [f"{begin}{opened}{{name}}{behind}" for begin in {form.begin, ""}]


def _dense(text: str) -> str:
    return "".join(text.split())


def _read(engine: Any, text: str, tools: Sequence[Mapping[str, Any]]) -> list[Call]:
    try:
        found = engine._get_toolcall(text, SimpleNamespace(tools=list(tools)))
    except TypeError:  # releases that know no schemas there
        found = engine._get_toolcall(text)
    return [Call(each.function.name, each.function.arguments) for each in found or []]


def _llama_calls(text: str) -> list[Call]:
    """ms-swift's own reader ends a call at the first two braces, which may be its arguments'."""
    calls, place, decoder = [], text.find('{"name"'), json.JSONDecoder()
    while place >= 0:
        try:
            call, end = decoder.raw_decode(text, place)
        except ValueError:
            end = place + 1
        else:
            if isinstance(call.get("name"), str) and "parameters" in call:
                calls.append(Call(call["name"], json.dumps(call["parameters"], ensure_ascii=False)))
        place = text.find('{"name"', end)
    return calls
