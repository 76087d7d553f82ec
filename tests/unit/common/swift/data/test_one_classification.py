"""A row that cannot be used has one cause, and one sentence, whether the API looks at it or the node trains on it."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from common.swift.data.shapes import Unfit, goal_of
from common.swift.inputs.data import look_at
from common.swift.inputs.records.formats import accept
from common.swift.inputs.sets.check import judges_for
from common.swift.programs.training.causes import cause_of, why
from common.swift.programs.training.shaped import Shaping
from tests.builders import make_spec

ASKED = {"role": "user", "content": "a"}
GOOD = {"messages": [ASKED, {"role": "assistant", "content": "b"}]}
BAD_CALL = {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": "{bad"}}]}


def answered(content: str | None) -> dict[str, Any]:
    return {"messages": [ASKED, {"role": "assistant", "content": content}]}


@pytest.mark.parametrize(
    ("record", "cause", "words"),
    [
        (answered(None), "null_content", "answers are null"),
        ({"messages": [{**ASKED, "content": None}, GOOD["messages"][1]]}, "null_content", "questions are null"),
        (answered(" "), "empty", "answers are empty"),
        ({"messages": []}, "empty", "rows have no messages"),
        ({"messages": None}, "empty", "rows have no messages"),
        ({"messages": [ASKED]}, "wrong_shape", "rows cannot be used"),
        ({"messages": [ASKED, {"role": "robot", "content": "b"}]}, "wrong_shape", "rows cannot be used"),
        (
            {"messages": [ASKED, BAD_CALL]},
            "unreadable_tools",
            "rows have tools or calls of tools that cannot be read",
        ),
        ({"query": "a", "response": None}, "null_content", "answers are null"),
        ({"query": "a", "response": ""}, "empty", "answers are empty"),
        # As a file has it that has both kinds of rows in columns.
        ({"messages": None, "query": "a", "response": None}, "null_content", "answers are null"),
        ({"foo": "a", "bar": "b"}, "wrong_shape", "rows cannot be used"),
    ],
)
def test_both_sides_say_the_same_of_a_row(tmp_path: Path, record: dict[str, Any], cause: str, words: str) -> None:
    seen = on_api(tmp_path, record, "sft")

    assert seen == (words, on_node(record, "sft", cause))


@pytest.mark.parametrize(
    ("record", "cause", "words"),
    [
        ({"prompt": "a", "chosen": "b", "rejected": "b"}, "same_answers", "rows have the same answer twice"),
        (
            {"prompt": [ASKED], "chosen": [{"role": "assistant", "content": None}], "rejected": "b"},
            "null_content",
            "rows have null in place of a text",
        ),
        ({"prompt": "a", "chosen": "", "rejected": "b"}, "empty", "rows have no text where one is needed"),
    ],
)
def test_pairs_have_causes_as_well(tmp_path: Path, record: dict[str, Any], cause: str, words: str) -> None:
    seen = on_api(tmp_path, record, "dpo")

    assert seen == (words, on_node(record, "dpo", cause))


def on_api(folder: Path, record: dict[str, Any], method: str) -> tuple[str, str]:
    """What is said of many such rows, and of this one."""
    path = folder / "a.jsonl"
    path.write_text(json.dumps(record) + "\n")
    spec = make_spec(method=method)
    verdict = look_at(path, judges_for(spec, "data_path", accept))
    assert verdict is not None
    [found] = verdict.causes
    return found.words, found.first[0][1]


def on_node(record: dict[str, Any], method: str, cause: str) -> str:
    """What ms-swift's reader of rows raises."""
    reader = Shaping(goal_of(method, {}))
    reader.messages = SimpleNamespace(preprocess=lambda row: row)
    with pytest.raises(Unfit) as caught:
        reader.preprocess(record)
    assert cause_of(caught.value) == cause
    return why(caught.value)
