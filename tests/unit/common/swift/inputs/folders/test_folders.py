import json
from pathlib import Path
from typing import Any

import pytest

from common.swift.inputs import check_data_path, judge_for
from common.swift.inputs.data import look_at
from common.swift.inputs.records.judging import Judges

MESSAGES = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
FLAT = {"query": "a", "response": "b"}


def write(path: Path, *rows: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def why_not(folder: Path) -> str:
    return "; ".join(problem.message for problem in check_data_path(folder))


def test_a_folder_whose_files_have_different_columns_is_refused_with_both(tmp_path: Path) -> None:
    write(tmp_path / "stage1.jsonl", MESSAGES, MESSAGES)
    write(tmp_path / "stage2.jsonl", FLAT)

    assert why_not(tmp_path) == (
        f"{tmp_path}/stage1.jsonl and {tmp_path}/stage2.jsonl have different columns (messages; query, response); "
        "give them as data sets of their own"
    )


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (["b"], "column response has a list here, and a text in the rows before"),
        ({"b": 1}, ""),
        (1, ""),
        (None, ""),
    ],
)
def test_a_later_file_of_a_folder_holds_what_the_first_one_does(tmp_path: Path, value: Any, why: str) -> None:
    write(tmp_path / "1.jsonl", FLAT, FLAT)
    write(tmp_path / "2.jsonl", FLAT, FLAT | {"response": value}, FLAT)

    said = why_not(tmp_path)

    assert said == (
        why and f"{tmp_path}/2.jsonl, line 2: {why}: those of {tmp_path}/1.jsonl; give them as data sets of their own"
    )


@pytest.mark.parametrize(("rows", "is_refused"), [(3, True), (300, False)])
def test_what_is_null_in_the_whole_first_file_is_nothing_later(tmp_path: Path, rows: int, is_refused: bool) -> None:
    write(tmp_path / "1.jsonl", *[FLAT | {"system": None}] * rows)
    write(tmp_path / "2.jsonl", FLAT | {"system": "Be kind."})

    assert ("column system has a text here, and nothing in the rows before" in why_not(tmp_path)) == is_refused


@pytest.mark.parametrize("second", [MESSAGES, {"messages": MESSAGES["messages"]}])
def test_a_folder_of_files_alike_is_read(tmp_path: Path, second: dict[str, Any]) -> None:
    write(tmp_path / "train" / "1.jsonl", MESSAGES | {"id": 1})
    write(tmp_path / "train" / "2.jsonl", second)

    assert why_not(tmp_path) == ""


def test_each_file_of_a_folder_is_judged(tmp_path: Path) -> None:
    write(tmp_path / "1.jsonl", FLAT)
    (tmp_path / "2.jsonl").write_text('{"query": "a", "response"\n')

    assert f"{tmp_path}/2.jsonl, line 1: not JSON" in why_not(tmp_path)


def test_rows_that_cannot_be_used_are_named_with_their_file(tmp_path: Path) -> None:
    write(tmp_path / "a" / "1.jsonl", *[FLAT] * 7, FLAT | {"response": None})
    write(tmp_path / "a" / "2.jsonl", FLAT | {"response": None}, FLAT | {"response": None})

    verdict = look_at(tmp_path, Judges(judge_for("sft", {}), needs_answer=True))

    assert verdict
    assert verdict.problem(0.9) == (
        f"{tmp_path}: 3 of 10 answers are null, first in line 8 of a/1.jsonl: column response is null"
    )


def test_a_file_that_needs_to_be_made_readable_is_to_be_named_itself(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_bytes("query,response\n你好，今天,很好\n".encode("gbk"))

    assert f"{tmp_path}/1.csv is not plain UTF-8" in why_not(tmp_path)


@pytest.mark.parametrize(
    ("arrow", "way_out"),
    [
        (["data-00000-of-00001.arrow"], "give its file data-00000-of-00001.arrow as the path"),
        (["data-00000-of-00002.arrow", "data-00001-of-00002.arrow"], 'load_from_disk(…).to_json("train.jsonl")'),
    ],
)
def test_what_save_to_disk_wrote_is_refused_with_the_way_out(tmp_path: Path, arrow: list[str], way_out: str) -> None:
    for name in ("state.json", "dataset_info.json", *arrow):
        (tmp_path / name).write_text("{}")

    assert "was written by save_to_disk" in why_not(tmp_path)
    assert way_out in why_not(tmp_path)


def test_the_parts_that_save_to_disk_wrote_are_refused_too(tmp_path: Path) -> None:
    (tmp_path / "dataset_dict.json").write_text('{"splits": ["train"]}')
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "data-00000-of-00001.arrow").write_text("x")

    assert 'load_from_disk(…).to_json("train.jsonl")' in why_not(tmp_path)


CARD = "---\nconfigs:\n{}---\n"
DEFAULT = "- config_name: default\n  data_files: {}\n"


def test_a_folder_whose_card_names_its_files_is_left_to_it(tmp_path: Path) -> None:
    write(tmp_path / "1.jsonl", MESSAGES)
    write(tmp_path / "2.jsonl", FLAT)
    (tmp_path / "README.md").write_text(
        CARD.format(f"{DEFAULT.format('1.jsonl')}- config_name: b\n  data_files: 2.jsonl\n")
    )

    assert why_not(tmp_path) == ""


@pytest.mark.parametrize(
    ("card", "why"),
    [
        (DEFAULT.format("part/*.jsonl"), "only part/a.jsonl would be read, and not other/b.jsonl: its README.md names"),
        (DEFAULT.format('["part/*.jsonl", "other/b.jsonl"]'), ""),
        (DEFAULT.format("'**'"), ""),
        (DEFAULT.format("'*/[ab].jsonl'"), ""),
        (DEFAULT.format("'{part}/a.json?'"), "has nothing to train on: its README.md names no file that is there for"),
        (DEFAULT.format("[{split: train, path: part/**}, {split: test, path: other/**}]"), ""),
        (DEFAULT.format('[{split: test, path: "**"}]'), "has nothing to train on"),
        (
            DEFAULT.format("part/**").replace("default", "x"),
            "has the configurations x, and ms-swift asks for `default`",
        ),
        (DEFAULT.format("part/**") + "- config_name: x\n  data_files: other/**\n", ""),
        ("- a: [\n", "README.md begins with what is no YAML"),
    ],
)
def test_what_a_card_names_is_read_and_what_it_leaves_out_is_told(tmp_path: Path, card: str, why: str) -> None:
    write(tmp_path / "part" / "a.jsonl", FLAT)
    write(tmp_path / "other" / "b.jsonl", FLAT)
    (tmp_path / "README.md").write_text(CARD.format(card))

    said = why_not(tmp_path)

    assert (why in said) if why else said == ""


def test_what_a_card_has_in_other_splits_is_a_note(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", FLAT)
    write(tmp_path / "b.jsonl", FLAT)
    splits = "[{split: train, path: a.jsonl}, {split: test, path: b.jsonl}]"
    (tmp_path / "README.md").write_text(CARD.format(DEFAULT.format(splits)))

    verdict = look_at(tmp_path, Judges(judge_for("sft", {})))

    assert verdict is not None
    assert "read without 1 that README.md has in other splits (b.jsonl)" in "".join(verdict.notes)


def test_a_script_that_is_called_as_its_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "set" / "a.jsonl", FLAT)
    (tmp_path / "set" / "other.py").write_text("")
    assert why_not(tmp_path / "set") == ""
    (tmp_path / "set" / "set.py").write_text("")

    assert f"{tmp_path}/set/set.py is a script, which `datasets` no longer runs" in why_not(tmp_path / "set")
