"""What a client was answered, in one form for all: the choices of a whole answer or of a stream, or a refusal."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Choice:
    """`calls` are of functions: name and arguments."""

    text: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    finish: str | None = None
    logprobs: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Answer:
    """`raw` is what came: the answer, or the chunks of a stream; empty of a client that shows neither.

    `result` is all that the client's program told.
    """

    choices: list[Choice]
    usage: dict[str, Any] | None
    raw: list[dict[str, Any]]
    result: dict[str, Any]

    @property
    def text(self) -> str:
        return self.choices[0].text

    @property
    def finish(self) -> str | None:
        return self.choices[0].finish

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        return self.choices[0].calls


class Refused(Exception):
    """The client raised: `classes` of the exception and their bases, by name; what OpenAI's have of the answer."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(json.dumps(error))
        self.classes: list[str] = error["classes"]
        self.status: int | None = error["status"]
        self.code: str | None = error["code"]
        self.param: str | None = error["param"]
        self.kind: str | None = error["type"]
        self.message: str = error["message"]


def read_answer(result: dict[str, Any]) -> Answer:
    """Raises Refused."""
    if "error" in result:
        raise Refused(result["error"])
    if "choices" in result:
        return Answer([_of_langchain(each) for each in result["choices"]], result["usage"], [], result)
    raw = result.get("chunks", [result["answer"]] if "answer" in result else [])
    parts = [choice for part in raw for choice in part.get("choices", [])]
    places = sorted({part["index"] for part in parts})
    choices = [_added([part for part in parts if part["index"] == place]) for place in places]
    usage = next((part["usage"] for part in reversed(raw) if part.get("usage")), None)
    return Answer(choices, usage, raw, result)


def _added(parts: list[dict[str, Any]]) -> Choice:
    """One choice from all that came of it."""
    choice = Choice()
    calls: dict[int, list[str]] = {}
    for part in parts:
        said = part.get("message") or part.get("delta") or {"content": part.get("text")}
        choice.text += said.get("content") or ""
        choice.finish = part.get("finish_reason") or choice.finish
        choice.logprobs += (part.get("logprobs") or {}).get("content") or []
        for place, call in enumerate(said.get("tool_calls") or []):
            told = calls.setdefault(call.get("index", place), ["", ""])
            told[0] += call["function"].get("name") or ""
            told[1] += call["function"].get("arguments") or ""
    choice.calls = [(name, json.loads(arguments)) for _, (name, arguments) in sorted(calls.items())]
    return choice


def _of_langchain(told: dict[str, Any]) -> Choice:
    calls = [(name, arguments) for name, arguments in told["calls"]]
    return Choice(told["text"], calls, told["finish"], told["logprobs"] or [])
