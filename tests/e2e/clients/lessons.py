"""What the tiny model of these tests is taught: to say what it is, to count, to write JSON, to call a function."""

import json
from itertools import product
from pathlib import Path
from typing import Any

WHO = "What are you?"
NAME = "I am a tiny model."
COUNT = "Count to nine."
COUNTED = "one two three four five six seven eight nine"
CITY = "Tell me of a city, in JSON."
PARIS = '{"city": "Paris", "degrees": 21}'
WEATHER = "How is the weather in Paris?"
ANSWERS = {"sunny": "It is sunny in Paris.", "rainy": "It is rainy in Paris."}
SING = "Sing a song."  # which never ends
DREAM = "Dream."  # to which there are many answers

FUNCTION = "get_weather"
ARGUMENTS = {"city": "Paris"}
PARAMETERS: dict[str, Any] = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOLD = "Tells the weather in a city."
TOOLS = [{"type": "function", "function": {"name": FUNCTION, "description": TOLD, "parameters": PARAMETERS}}]

DREAMS = [f"{a} {b} {c}." for a, b, c in product(("the trainer", "a worker"), ("asks", "follows"), ("you", "the user"))]
SYSTEMS = ("Be brief.", "You are a helpful assistant who knows a lot.", "x " * 20)


def write_lessons(path: Path) -> None:
    """One conversation a line, as ms-swift reads them."""
    plain = [(WHO, NAME), (COUNT, COUNTED), (CITY, PARIS)]
    lessons = [_turn(*each) for each in plain * 2] + [_turn(DREAM, dream) for dream in DREAMS]
    lessons += [_turn(SING, "la " * 200)] * 4
    lessons += [
        {"messages": [_says("system", system), *_turn(*each)["messages"]]} for each in plain for system in SYSTEMS
    ]
    lessons += [lesson for tool in _tools() for lesson in _weather({"tools": json.dumps([tool])})]
    lessons += _weather({}) * 6  # short ones, in which the result is what matters
    path.write_text("".join(json.dumps(lesson) + "\n" for lesson in lessons), encoding="utf-8")


def _turn(question: str, answer: str) -> dict[str, Any]:
    return {"messages": [_says("user", question), _says("assistant", answer)]}


def _weather(tools: dict[str, Any]) -> list[dict[str, Any]]:
    """The call, and what is said of each of its results."""
    called = json.dumps({"name": FUNCTION, "arguments": ARGUMENTS})
    asked = [_says("user", WEATHER), _says("tool_call", called)]
    return [
        {"messages": [*asked, _says("tool_response", result), _says("assistant", answer)]} | tools
        for result, answer in ANSWERS.items()
    ]


def _tools() -> list[dict[str, Any]]:
    """One function in the ways in which clients tell of it, and in others: how long it is has to mean nothing."""
    titled = {**PARAMETERS, "properties": {"city": {"title": "City", "type": "string"}}, "title": "Weather"}
    closed = {**titled, "additionalProperties": False}
    ways: list[dict[str, Any]] = [{"parameters": PARAMETERS}, {"parameters": closed, "strict": True}]
    ways += [{"parameters": {"type": "object", "properties": {}}}, {"parameters": {}}, {}]
    return [
        {"type": "function", "function": {"name": FUNCTION, "description": told, **way}}
        for way, told in product(ways, (TOLD, ""))
    ]


def _says(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "content": content}
