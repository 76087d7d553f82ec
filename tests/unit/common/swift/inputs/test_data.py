import json
from collections.abc import Callable
from pathlib import Path

import pytest

from common.reasons import Reason
from common.swift.inputs import check_data_path
from common.swift.inputs.records.columns import ColumnsSeen, wanted
from common.swift.inputs.sampling import FIRST_LINES, LINE_MAX_BYTES
from tests.tables import parquet_of

MESSAGES = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, content: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return write_file


@pytest.mark.parametrize(
    "record",
    [
        MESSAGES,
        {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}], "images": ["a.png"]},
        {"query": "a", "response": "b", "history": [["c", "d"]]},
        {"instruction": "a", "input": "", "output": "b"},
        {"text": "a"},
        {"Prompt": "a", "Completion": "b", "unknown": {"column": 1}},
        {"messages": json.dumps(MESSAGES["messages"])},
        {**MESSAGES, "rejected_response": "c"},
        {**MESSAGES, "label": True},
        {"question": "1+1?", "solution": "2"},
    ],
)
def test_every_format_that_ms_swift_reads_is_accepted(write: Write, record: dict[str, object]) -> None:
    line = json.dumps(record, ensure_ascii=False)

    assert check_data_path(write("a.jsonl", f"{line}\n\n{line}")) == []
    assert check_data_path(write("a.json", json.dumps([record, record], indent=1))) == []
    assert check_data_path(write("lines.json", f"{line}\n{line}\n")) == []


def test_a_number_that_is_none_is_a_gap_in_a_column_that_ms_swift_does_not_read(write: Write) -> None:
    assert check_data_path(write("a.jsonl", '{"text": "a", "score": NaN}\n{"text": "b", "score": Infinity}')) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "Query,Response\nx,y\n"),
        ("carriage-returns.csv", "query,response\rx,y\r"),
        ("long-cell.csv", f"query,response\n{'x' * 200_000},y\n"),
        ("long-name.csv", f"query,{'x' * 200_000}\na,b\n"),
        ("a.txt", "some text"),
        ("bom.jsonl", '\ufeff{"text": "a"}'),
    ],
)
def test_other_kinds_of_file_are_accepted(write: Write, name: str, content: str) -> None:
    assert check_data_path(write(name, content)) == []


def test_the_sampling_suffix_of_ms_swift_is_understood(write: Write) -> None:
    path = write("a.jsonl", json.dumps(MESSAGES))

    assert check_data_path(f"{path}#1000") == []


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    problems = check_data_path(tmp_path / "gone.jsonl")

    assert [(problem.field, problem.code) for problem in problems] == [("data_path", Reason.DATA_NOT_FOUND)]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.jsonl", "", "is empty"),
        ("a.jsonl", " \n\n", "only blank lines"),
        ("a.jsonl", '{"text": "a"}\n{"text": \n', 'line 2: not JSON: Expecting value at column 9: {"text":'),
        ("a.jsonl", '{"text": "a"}\n["b"]\n', 'line 2: a JSON list, not an object: ["b"]'),
        ("a.jsonl", '{"foo": 1}\n{"bar": 2}\n', "none of the first 2 records has text … their columns: foo, bar"),
        (
            "a.jsonl",
            '{"doc_id": 1, "foo": 1, "bar": 2}',
            'say which one is what, as in extra_args.columns {"foo": "query", "bar": "response"}',
        ),
        ("a.jsonl", '{"messages": []}\n', "none of the first 1 records"),
        (
            "a.jsonl",
            '{"text": "a"}\n{"text": NaN}',
            "line 2: not JSON: column text has NaN, which JSON does not know",
        ),
        ("a.jsonl", '{"Messages": [{"role": "user", "content": -Infinity}]}', "column Messages has -Infinity, which"),
        ("a.json", '[{"text": "a"},\n {"text": Infinity}]', "element 2: not JSON: column text has Infinity, which"),
        ("a.jsonl", '{"text": ' + "9" * 5000 + "}", "not JSON that can be read"),
        ("a.jsonl", "[" * 100_000, "line 1: not JSON"),
        ("a.json", "hello", "neither a JSON list nor JSON lines; it starts with hello"),
        ("a.json", "[]", "is an empty list"),
        ("a.json", '[{"text": "a"},\n {"text" "b"}]', "line 2: not JSON: Expecting ':'"),
        ("a.json", '[{"text": "a"}, 5]', "element 2: a JSON number, not an object"),
        ("a.json", '[{"foo": 1}]', "none of the first 1 records"),
        ("nothing.parquet", "PAR1....PAR1", "damaged: "),
        ("torn.parquet", "PAR1 and its columns", "is no whole Parquet file"),
        ("short.parquet", "PAR1", "is no whole Parquet file"),
        ("shorter.parquet", "P", "is no whole Parquet file"),
        ("a.csv", "foo,bar\n1,2\n", "its header names no column … it names: foo, bar"),
        ("a.xlsx", "x", "ends in .xlsx; ms-swift reads .jsonl"),
        ("noext", "x", "ends in no suffix"),
    ],
)
def test_a_file_that_cannot_be_trained_on_is_refused_with_the_place(
    write: Write, name: str, content: str, why: str
) -> None:
    (problem,) = check_data_path(write(name, content))

    assert problem.code is Reason.DATA_INVALID
    assert all(part in problem.message for part in why.split(" … ")), problem.message
    assert len(problem.message) < 1000


def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"text": "grün"}\n'.encode("latin-1"))

    (problem,) = check_data_path(path)

    assert "line 1: not UTF-8 at byte 12" in problem.message


def test_a_bad_line_anywhere_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text((json.dumps(MESSAGES) + "\n") * 20_000 + "not json\n" + json.dumps(MESSAGES))

    (problem,) = check_data_path(path)

    assert problem.message == f"{path}, line 20001: not JSON: Expecting value at column 1: not json"


def test_a_bad_line_far_behind_the_first_is_found_by_the_samples_of_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    good = json.dumps(MESSAGES) + "\n"
    path.write_text(good * (FIRST_LINES + 5) + "not json\n" * 1000)
    monkeypatch.setattr("common.swift.inputs.file_check.WHOLE_MAX_BYTES", 1000)

    (problem,) = check_data_path(path)

    assert "the record at byte" in problem.message
    assert "not json" in problem.message


def test_samples_of_a_good_file_are_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"text": "x" * (i % 97)}) + "\n" for i in range(5000)))

    assert check_data_path(path) == []


def test_a_huge_file_costs_no_more_than_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    line = json.dumps(MESSAGES) + "\n"
    path.write_text(line * (FIRST_LINES + 1))
    with path.open("r+b") as file:  # a hole of 50 GB, then a record
        file.seek(50 * 1024**3)
        file.write(b"\n" + line.encode())
    monkeypatch.setattr("common.swift.inputs.sampling.LINE_MAX_BYTES", 64 * 1024)

    assert check_data_path(path) == []


def test_a_line_too_long_to_judge_is_let_through(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "x" * (LINE_MAX_BYTES + 1000)}) + "\n" + json.dumps(MESSAGES) + "\n")

    assert check_data_path(path) == []


def test_a_folder_needs_a_data_file_at_any_depth(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    (folder / "data").mkdir(parents=True)
    assert [problem.message for problem in check_data_path(folder)] == [f"{folder} is empty"]

    (folder / "README.md").write_text("x")
    assert "has no data file" in check_data_path(folder)[0].message

    (folder / "data" / "train-0.parquet").write_bytes(parquet_of([{"query": "a", "response": "b"}]))
    assert check_data_path(folder) == []


def test_columns_that_the_job_renames_are_text_too(write: Write) -> None:
    assert check_data_path(write("a.jsonl", '{"Frage": "a"}'), known_columns=["frage"]) == []
    assert check_data_path(write("a.csv", "frage\na\n"), known_columns=["frage"]) == []


def test_names_that_ms_swift_does_not_know_are_none_where_it_reads_by_itself() -> None:
    assert "article" in wanted(())
    assert {"article", "text"} & wanted((), by_ms_swift=True) == {"text"}
    assert "article" in wanted(("article",), by_ms_swift=True)


@pytest.mark.parametrize(
    ("meant", "example"),
    [
        (("query", "response"), '{"en": "query", "de": "response"}'),
        (("query", "chosen", "rejected"), '{"en": "chosen", "de": "rejected"}'),
        (("query",), '{"en": "query"}'),
        (("query", "response", "label"), ""),
    ],
)
def test_columns_that_nobody_knows_are_asked_for_as_the_method_needs_them(meant: tuple[str, ...], example: str) -> None:
    seen = ColumnsSeen(wanted(()), meant=meant)
    seen.add({"db_id": "7", "en": "hi", "de": "ho"})

    assert seen.problem().partition("; say which one is what, as in extra_args.columns ")[2] == example
