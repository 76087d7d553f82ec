"""Calls of functions in the way that each model family writes them, by ms-swift's agent templates."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from ..ask import Call


def calls_in(engine: Any, text: str, tools: Sequence[Mapping[str, Any]]) -> list[Call]:
    """What ms-swift's engine reads from an answer."""
    try:
        found = engine._get_toolcall(text, SimpleNamespace(tools=list(tools)))
    except TypeError:  # releases that know no schemas there
        found = engine._get_toolcall(text)
    return [Call(each.function.name, each.function.arguments) for each in found or []]


def call_mark(agent_template: Any) -> str:
    """What a call begins with; empty where that is not known."""
    return "<tool_call>" if "Hermes" in type(agent_template).__name__ else ""
