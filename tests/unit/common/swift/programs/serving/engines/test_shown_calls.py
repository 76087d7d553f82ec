"""Calls whose arguments are no JSON object, as agent templates take them: these parse a call as ms-swift does."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from common.swift.programs.serving.engines.shown_calls import shown_calls


def _parsed(message: dict[str, Any]) -> dict[str, Any]:
    """As ms-swift's agent templates do, with their fall-back for what is no JSON: nothing."""
    call = json.loads(message["content"])
    arguments = json.loads(call["arguments"]) if isinstance(call["arguments"], str) else call["arguments"]
    assert arguments is not None
    return {"name": call["name"], "arguments": arguments}


def _in_json(messages: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(_parsed(message)) for message in messages)


def _one_by_one(messages: list[dict[str, Any]]) -> str:
    return "".join(f"{key}={value}" for message in messages for key, value in _parsed(message)["arguments"].items())


def _objects_only(messages: list[dict[str, Any]]) -> str:
    """Leaves out what is none."""
    calls = [_parsed(message)["arguments"] for message in messages]
    return "".join(str(call) for call in calls if isinstance(call, dict))


def _template(format_calls: Any) -> Any:
    return SimpleNamespace(_format_tool_calls=format_calls)


def _call(arguments: Any) -> dict[str, Any]:
    return {"role": "tool_call", "content": json.dumps({"name": "f", "arguments": arguments})}


@pytest.mark.parametrize("text", ["nope", "{", "null", '{"a":1} trailing', "[1]", '"x"', "5", "true", "{'a': 1}"])
@pytest.mark.parametrize("template", [_template(_one_by_one), _template(_objects_only), _template(_in_json)])
def test_a_text_that_is_no_object_is_shown_as_it_was_written(text: str, template: Any) -> None:
    shown = template._format_tool_calls(shown_calls([_call(text)], template))

    assert text in shown.replace('\\"', '"')


@pytest.mark.parametrize("template", [_template(_in_json), None])
def test_a_template_that_writes_json_gets_the_text_itself(template: Any) -> None:
    [message] = shown_calls([_call("nope")], template)

    assert _parsed(message) == {"name": "f", "arguments": "nope"}


@pytest.mark.parametrize("message", [_call({"a": "1"}), _call({}), {"role": "user", "content": "nope"}])
def test_all_other_messages_stay_as_they_are(message: dict[str, Any]) -> None:
    assert shown_calls([message], _template(_one_by_one)) == [message]
