import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from common.swift.inputs.lengths import Limit, long_rows
from common.swift.inputs.records.formats import shapes_for
from common.swift.inputs.verdict import Verdict

SHORT, LONG = "one two", "one " * 12


@pytest.fixture
def limit(tmp_path: Path) -> Limit:
    """A word is a token."""
    tokenizer = Tokenizer(WordLevel({"one": 0, "two": 1, "?": 2}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.enable_truncation(5)  # some models' files ask for it
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return Limit(str(tmp_path / "tokenizer.json"), 10)


def saved(folder: Path, rows: list[dict[str, Any]], name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) if name.endswith("l") else json.dumps(rows))
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_rows_that_are_too_long_are_counted_and_the_first_is_named(tmp_path: Path, limit: Limit, name: str) -> None:
    rows = [{"query": "one", "response": SHORT}, *[{"query": LONG, "response": "one"}] * 3]

    found = long_rows(saved(tmp_path, rows, name), shapes_for("sft", {}), limit)

    assert found is not None
    assert (found.count, found.looked_at, found.tokens) == (3, 4, 13)
    assert found.where.endswith("2")
    warned = Verdict("a", rows=4, long=found).warnings()
    told = f"a: 3 of 4 rows are longer than max_length 10, first in {found.where}: 13 tokens or more"
    assert warned == (f"{told}; such rows are left out",)
    assert "that were looked at" in Verdict("a", rows=4000, long=found).warnings()[0]


def test_of_two_answers_that_are_compared_the_longer_one_counts_with_the_prompt(tmp_path: Path, limit: Limit) -> None:
    rows = [{"prompt": SHORT * 2, "chosen": "one", "rejected": "one two one two one two one two"}]

    found = long_rows(saved(tmp_path, rows), shapes_for("dpo", {}), limit)

    assert found is not None
    assert found.tokens == 11


def test_many_characters_are_not_many_tokens(tmp_path: Path, limit: Limit) -> None:
    rows = [{"query": "x" * 500, "response": "one"}]

    assert long_rows(saved(tmp_path, rows), shapes_for("sft", {}), limit) is None


def test_short_rows_need_no_tokenizer(tmp_path: Path) -> None:
    rows = [{"query": "a", "response": "b"}, {"query": None, "response": None}]

    assert long_rows(saved(tmp_path, rows), shapes_for("sft", {}), Limit("/nowhere/tokenizer.json", 10)) is None


@pytest.mark.parametrize("written", [True, False])
def test_tools_and_calls_of_them_are_part_of_a_row(tmp_path: Path, limit: Limit, written: bool) -> None:
    tools: Any = [{"type": "function", "function": {"name": "f", "description": LONG, "parameters": {}}}]
    asked, answer = {"role": "user", "content": SHORT}, {"role": "assistant", "content": SHORT}
    call = {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": {"x": LONG}}}]}
    rows = [
        {"messages": [asked, answer], "tools": json.dumps(tools) if written else tools},
        {"messages": [asked, call, {"role": "tool", "content": "one"}, answer]},
        {"messages": [asked, answer]},
    ]

    found = long_rows(saved(tmp_path, rows), shapes_for("sft", {}), limit)

    assert found is not None
    assert (found.count, found.looked_at, found.where) == (2, 3, "line 1")
