import json
from pathlib import Path
from typing import Any

import pytest

from common.swift.data import records
from common.swift.data.records import read_records
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import Kind, told, way_of

ROWS: list[dict[str, Any]] = [{"query": "a", "response": "b"}, {"query": "c", "response": "d"}]
LINES = '{"query": "a", "response": "b"}\n{"query": "c", "response": "d"}\n'


def read(path: Path) -> list[dict[str, Any]]:
    return [record for _, record in read_records(path, way_of(path))]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.jsonl", LINES, Kind.LINES),
        ("a.json", LINES, Kind.LINES),
        ("A.JSONL", LINES, Kind.LINES),
        ("a.jsonl", "\ufeff" + LINES, Kind.LINES),
        ("a.jsonl", LINES.replace("\n", "\r\n\r\n"), Kind.LINES),
        ("a.json", json.dumps(ROWS), Kind.LIST),
        ("a.json", "\ufeff\n " + json.dumps(ROWS, indent=2), Kind.LIST),
        ("a.jsonl", json.dumps(ROWS), Kind.LIST),
        ("a.json", json.dumps({"version": "1", "data": ROWS, "licences": []}, indent=2), Kind.WRAPPED),
        ("a.json", json.dumps({"rows": ROWS}), Kind.WRAPPED),
        ("a.json", json.dumps({"query": ["a", "c"], "response": ["b", "d"]}), Kind.COLUMNS),
        ("a.json", json.dumps({"query": {"0": "a", "1": "c"}, "response": {"0": "b", "1": "d"}}), Kind.COLUMNS),
        ("a.json", "\n".join(json.dumps(row, indent=2) for row in ROWS), Kind.OBJECTS),
        ("a.csv", "query,response\na,b\nc,d\n", Kind.CSV),
        ("a.csv", "query;response\na;b\nc;d\n", Kind.CSV),
        ("a.csv", "\ufeffquery\tresponse\ra\tb\rc\td", Kind.CSV),
    ],
)
def test_the_same_records_are_found_whatever_holds_them(tmp_path: Path, name: str, content: str, kind: Kind) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode())

    assert way_of(path).kind is kind
    assert read(path) == ROWS


@pytest.mark.parametrize(
    "record",
    [
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
        {"conversations": [{"from": "human", "value": "a"}], "tools": [{"name": "x"}]},
        {"query": "a", "response": ["b", "c"]},
        {"query": "a"},
    ],
)
def test_one_record_is_no_holder_of_records(tmp_path: Path, record: dict[str, Any]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(record, indent=2))

    assert read(path) == [record]


def test_two_lists_of_records_in_one_object_are_not_chosen_from(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"train": ROWS, "test": ROWS}))

    with pytest.raises(Unreadable, match=r"several lists of records \(`train`, `test`\)"):
        way_of(path)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.jsonl", LINES + '{"query": "e', "line 3: not JSON: Unterminated string .*; the line is cut off"),
        ("a.jsonl", LINES + '{"query": "e", "query": "f"}', "line 3: the key 'query' is there twice in one object"),
        ("a.jsonl", '{"a": {"b": 1, "b": 2}}', "line 1: the key 'b' is there twice"),
        ("a.jsonl", LINES + '{"query": "\\ud83d"}', r"line 3: half a character, \\ud83d: of a surrogate pair"),
        ("a.jsonl", '{"\\ude00": 1}', "line 1: half a character"),
        ("a.json", '[{"query": "a"},\n{"query": "b"', "line 2: not JSON: Expecting ',' delimiter"),
        ("a.json", '[{"query": "a"}]\n[', "line 2: not JSON: Extra data behind the list"),
        ("a.json", '[{"query": "a", "query": "b"}]', "line 1: the key 'query' is there twice"),
        ("a.json", '[\n{"query": "\\udead"}]', "line 2: half a character"),
        ("a.csv", 'query,response\na,"b\nc,d\n', "line 2: a quotation mark that is never closed"),
        ("a.csv", "query,response\na,b\nc,d,e\n", "line 3: 3 cells, where the header names 2 columns"),
        ("a.csv", "query,query\na,b\n", "line 1: its header names the column query twice"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, name: str, content: str, why: str) -> None:
    path = tmp_path / name
    path.write_text(content)

    with pytest.raises(Unreadable, match=why):
        read(path)


def test_an_escaped_backslash_is_no_surrogate(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"query": "\\\\ud83d", "response": "\\ud83d\\ude00"}')

    assert read(path) == [{"query": "\\ud83d", "response": "😀"}]


def test_a_list_is_read_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    rows = [{"query": "é" * (number % 50), "n": number} for number in range(300)]
    path.write_text(json.dumps(rows, indent=3, ensure_ascii=False), encoding="utf-8")
    monkeypatch.setattr(records, "PIECE_CHARACTERS", 7)

    assert read(path) == rows
    assert [where for where, _ in read_records(path, way_of(path))][:2] == ["line 2, element 1", "line 6, element 2"]


@pytest.mark.parametrize("piece", [records.PIECE_CHARACTERS, 7])
@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ('  "query": "a\tb",', "line 23: not JSON: Invalid control character at column 14"),
        ('  "query": "c",,', "line 23: not JSON: Expecting property name enclosed in double quotes at column 16"),
        ('  "query": nope,', "line 23: not JSON: Expecting value at column 12"),
    ],
)
def test_a_broken_value_of_a_list_is_told_with_its_own_line_and_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, why: str, piece: int
) -> None:
    lines = json.dumps(ROWS * 8, indent=1).split("\n")
    lines[22] = broken
    path = tmp_path / "a.json"
    path.write_text("\n".join(lines))
    monkeypatch.setattr(records, "PIECE_CHARACTERS", piece)

    with pytest.raises(Unreadable) as refused:
        read(path)

    assert f"{refused.value.where}: {refused.value.why}" == why


def test_a_line_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        ("".join(f'{{"query": "你好，今天天气 {n}"}}\n' for n in range(9))).encode() + b'{"query": "\xff"}\n'
    )

    with pytest.raises(Unreadable, match="line 10: not UTF-8 at byte 11 of the line"):
        read(path)


def test_how_a_file_was_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("query;response\n你好，今天;很好\n".encode("gbk"))

    assert told(way_of(path), 1) == ["read as GB18030", "read as columns between semicolons"]


@pytest.mark.parametrize(
    "record",
    [
        {"conversation": [{"human": "a", "assistant": "b"}]},
        {"query": "a", "positive_passages": [{"text": "b"}], "negative_passages": [{"text": "c"}]},
    ],
)
def test_a_file_of_one_record_with_lists_in_it_is_that_record(tmp_path: Path, record: dict[str, Any]) -> None:
    (path := tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n")

    way = way_of(path)

    assert [found for _, found in read_records(path, way)] == [record]
