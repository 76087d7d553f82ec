"""Whole files, judged: what can be used of them, and that reading quickly finds what reading line by line finds."""

import json
from pathlib import Path
from typing import Any

import pytest

from common.swift.inputs import judge_for
from common.swift.inputs.data import look_at
from common.swift.inputs.records.formats import shapes_for
from common.swift.inputs.records.judging import Judges
from common.swift.inputs.verdict import Verdict

SHAPES = shapes_for("sft", {})
SFT = Judges(SHAPES.fault, needs_answer=True, outline=SHAPES.plan)


def turns(answer: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": answer}]}


def verdict_on(path: Path, rows: list[Any], judges: Judges = SFT) -> Verdict:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    verdict = look_at(path, judges)
    assert verdict is not None
    return verdict


def test_rows_that_cannot_be_used_are_counted_against_the_share(tmp_path: Path) -> None:
    path = tmp_path / "half_null.jsonl"
    verdict = verdict_on(path, [turns("b")] * 220 + [turns(None)] * 380)

    assert verdict.problem(0.5) == (
        f"{path}: 380 of 600 answers are null, first in line 221: column messages, message 2: its content is null"
    )
    assert verdict.problem(0.3) == ""
    assert verdict.warnings() == (f"{verdict.problem(0.5)}; such rows are not learned from",)
    assert [where for where, _ in verdict.causes[0].first] == [f"line {221 + n}" for n in range(5)]


def test_a_file_without_one_usable_row_is_refused_whatever_the_share(tmp_path: Path) -> None:
    verdict = verdict_on(tmp_path / "a.jsonl", [turns(None)] * 3)

    assert "3 of 3 answers are null, first in line 1" in verdict.problem(0.0)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (turns(None), "answers are null"),
        (turns(" "), "answers are empty"),
        ({"messages": []}, "rows have no messages"),
        ({"messages": None}, "rows have no messages"),
        (
            {"messages": [{"role": "user", "content": None}, {"role": "assistant", "content": "b"}]},
            "questions are null",
        ),
        ({"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": None}]}, "answers are null"),
        ({"conversations": [{"human": "a", "assistant": None}]}, "answers are null"),
        ({"instruction": "a", "input": "", "output": None}, "answers are null"),
        ({"Query": "a", "Response": ""}, "answers are empty"),
        ({"messages": [{"role": "user", "content": "a"}, {"role": "robot", "content": "b"}]}, "rows cannot be used"),
    ],
)
def test_what_is_missing_is_said_of_all_rows_that_miss_it(tmp_path: Path, row: dict[str, Any], words: str) -> None:
    verdict = verdict_on(tmp_path / "a.jsonl", [turns("b")] * 300 + [row, turns("b"), row])

    assert [(cause.words, cause.count, cause.first[0][0]) for cause in verdict.causes] == [(words, 2, "line 301")]


def test_an_answer_that_is_a_call_of_a_tool_may_have_no_content(tmp_path: Path) -> None:
    call = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}
    rows = [
        {
            "messages": [
                {"role": "user", "content": "a"},
                call,
                {"role": "tool", "content": "1"},
                *turns("b")["messages"],
            ]
        }
    ]

    assert verdict_on(tmp_path / "a.jsonl", rows).causes == ()


def test_a_list_and_a_csv_file_are_counted_alike(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([turns("b"), turns(None), turns(None)], indent=1))
    (tmp_path / "a.csv").write_text("query,response\na,b\nc,\nd,\n")

    of_list, of_csv = look_at(tmp_path / "a.json", SFT), look_at(tmp_path / "a.csv", SFT)

    assert of_list and "2 of 3 answers are null, first in line 14, element 2" in of_list.problem(0.5)
    assert of_csv and "2 of 3 answers are null, first in line 3: column response is null" in of_csv.problem(0.5)


def test_a_record_that_the_method_makes_something_else_of_must_not_be_there(tmp_path: Path) -> None:
    judges = Judges(judge_for("kto", {}), counts=False)
    verdict = verdict_on(tmp_path / "a.jsonl", [turns("b") | {"label": True}] * 300 + [turns("b")], judges)

    assert "line 301: kto needs a column label" in verdict.fault


def test_how_a_file_is_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "wrapped.json"
    path.write_text(json.dumps({"version": "1.0", "data": [turns("b")] * 40}))

    verdict = look_at(path, SFT)

    assert verdict and (verdict.rows, verdict.warnings()) == (40, (f"{path}: read as the 40 records below `data`",))


@pytest.mark.parametrize(
    ("later", "why"),
    [
        ({"text": 5, "n": 1}, "column text has a whole number here, and a text in the rows before"),
        ({"text": "b", "n": "x"}, "column n has a text here, and a whole number in the rows before"),
        ({"text": "b", "n": 1.5}, "column n has a number here, and a whole number in the rows before"),
        ({"text": "b", "day": "today"}, "column day has a text here, and a date in the rows before"),
        ({"text": "b", "gap": "x"}, "column gap has a text here, and nothing in the rows before"),
        ({"text": "b", "list": ["x"]}, "column list[] has a text here, and nothing in the rows before"),
        ({"text": "b", "inner": {"a": 1, "b": 2}}, "column inner.b is new here"),
        ({"text": "b", "new": 1}, "column new is new here"),
        ({"text": "b"}, ""),
        ({"text": None, "n": None}, ""),
        ({"text": "2024-01-01"}, ""),
        ({"text": "b", "any": [1]}, ""),
    ],
)
@pytest.mark.parametrize("by_outline", [True, False])
def test_a_later_row_has_to_be_of_the_kinds_that_the_first_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: dict[str, Any], why: str, by_outline: bool
) -> None:
    _decided_by(monkeypatch, 20_000)
    first = {"text": "a", "n": 1, "day": "2024-01-01", "gap": None, "list": [], "inner": {"a": 1}}
    rows = [first | {"any": number if number % 2 else "x"} for number in range(400)]

    verdict = verdict_on(
        tmp_path / "a.jsonl", [*rows, later], Judges(outline=shapes_for("pt", {}).plan if by_outline else None)
    )

    assert (f"line 401: {why}" in verdict.fault) if why else verdict.fault == ""


def _decided_by(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("common.swift.inputs.records.judging.DECIDED_BY_BYTES", size)
    monkeypatch.setattr("common.swift.inputs.file_check.DECIDED_BY_BYTES", size)


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_a_column_that_is_nested_deeper_than_arrow_reads_is_refused_with_its_line(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    readable, deep, deepest = (_nested(depth) for depth in (62, 63, 2000))

    def told(*rows: str) -> str:
        path.write_text("\n".join(rows) if ending == "jsonl" else f"[{','.join(rows)}]")
        verdict = look_at(path, SFT)
        assert verdict is not None
        return verdict.fault

    assert told(readable) == ""
    assert "line 1" in told(deep)
    assert "the column `x` is nested deeper than the 62 levels that `datasets` reads" in told(deep)
    assert "its lists and objects are nested deeper than the 62 levels that `datasets` reads" in told(deepest)


def _nested(depth: int) -> str:
    return f'{json.dumps(turns("b"))[:-1]}, "x": {"[" * depth}1{"]" * depth}}}'


@pytest.mark.parametrize(
    ("line", "kind"), [("null", "null"), ("true", "true or false"), ('"a"', "text"), ("1.5", "number")]
)
def test_what_is_no_object_is_called_as_json_calls_it(tmp_path: Path, line: str, kind: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{json.dumps(turns('b'))}\n{line}\n")
    verdict = look_at(path, SFT)

    assert verdict is not None
    assert verdict.fault == f"{path}, line 2: a JSON {kind}, not an object: {line}"
