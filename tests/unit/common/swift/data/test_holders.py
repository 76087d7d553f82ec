import json
from pathlib import Path
from typing import Any

import pytest

from common.swift.data.records import read_records
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import told, way_of

ROWS = [{"query": "a", "response": "b"}, {"query": "c", "response": "d"}]
TURNS = [{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}] * 2
KEYED = {"id-1": ROWS[0], "id-2": ROWS[1]}


def read(path: Path, content: Any) -> tuple[list[str], list[dict[str, Any]], list[str]]:
    path.write_text(json.dumps(content))
    way = way_of(path)
    found = list(read_records(path, way))
    return [where for where, _ in found], [record for _, record in found], told(way, len(found))


@pytest.mark.parametrize(
    ("content", "rows", "first", "note"),
    [
        ({"a": {"b": ROWS}}, ROWS, "element 1 of `a.b`", "read as the 2 records below `a.b`"),
        ({"n": 1, "a": {"b": {"c": ROWS}}}, ROWS, "element 1 of `a.b.c`", "read as the 2 records below `a.b.c`"),
        ({"tags": [{"name": "x"}], "rows": TURNS}, TURNS, "element 1 of `rows`", "the 2 records below `rows`"),
        (KEYED, ROWS, "the record `id-1`", "read as 2 records, each below a key of its own"),
        ({"data": KEYED, "version": 1}, ROWS, "the record `id-1`", "each below a key of its own"),
        ({"1": {"conversations": [{"from": "human", "value": "a"}]}}, None, "the record `1`", "1 records, each"),
    ],
)
def test_records_within_an_object_are_read_where_they_are(
    tmp_path: Path, content: Any, rows: list[dict[str, Any]] | None, first: str, note: str
) -> None:
    places, found, notes = read(tmp_path / "a.json", content)

    assert places[0] == first
    assert found == (rows or list(content.values()))
    assert note in notes[0]


def test_of_several_lists_none_is_taken_and_a_way_to_name_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"\(`data\.train`, `data\.test`\)") as refused:
        read(tmp_path / "a.json", {"data": {"train": ROWS, "test": ROWS}})

    assert "jq -c '.data.train[]'" in refused.value.why


@pytest.mark.parametrize(
    ("lists", "key"),
    [
        (
            {"images": [{"id": 0, "file_name": "a.jpg"}], "annotations": [{"image_id": 0, "caption": "x"}]},
            "image_id",
        ),
        ({"categories": [{"id": 0, "name": "a"}], "items": [{"n": 1, "category_id": 0}]}, "category_id"),
    ],
)
def test_of_lists_that_belong_together_none_is_offered_alone(tmp_path: Path, lists: Any, key: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / "a.json", {"info": {}, **lists})

    assert "jq" not in refused.value.why
    assert f"belong together (`{'`, `'.join(lists)}`), as {key} in them tells" in refused.value.why


def test_lines_that_end_with_a_carriage_return_alone_are_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(json.dumps(row).encode() + b"\r" for row in ROWS))

    assert list(read_records(path, way_of(path))) == [("line 1", ROWS[0]), ("line 2", ROWS[1])]
