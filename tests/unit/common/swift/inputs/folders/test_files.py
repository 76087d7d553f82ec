import json
from pathlib import Path

import pytest

from common.swift.inputs.data import look_at
from common.swift.inputs.folders.files import folder_files
from common.swift.inputs.records.judging import Judges
from common.swift.inputs.verdict import Verdict

FLAT = json.dumps({"query": "a", "response": "b"}) + "\n"


def made(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("query,response\na,b\n" if name.endswith("csv") else FLAT)
    return folder


def verdict_on(folder: Path) -> Verdict:
    return look_at(folder, Judges()) or pytest.fail("nothing is there")


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["a.jsonl", "b.csv"], "only a.jsonl would be read, and not b.csv"),
        (["a.csv", "b.csv", "c.jsonl"], "only a.csv and 1 more would be read, and not c.jsonl"),
        (["a.jsonl", "x.txt", "y.txt"], "only x.txt and 1 more would be read, and not a.jsonl"),
        (["a.jsonl", "photos/1.png", "photos/2.png"], "name {0}/a.jsonl itself as the path"),
        (["A.JSONL", "b.jsonl"], "only b.jsonl would be read, and not A.JSONL"),
        (["train.jsonl", "more.jsonl"], "only train.jsonl would be read, and not more.jsonl"),
        (["train/a.jsonl", "b.jsonl"], "only train/a.jsonl would be read, and not b.jsonl"),
        (["data/train-00000-of-00001.jsonl", "b.jsonl"], "and not b.jsonl"),
        (["test.jsonl"], "nothing to train on: test.jsonl is by its name for something else"),
        (["dev/a.jsonl"], "nothing to train on: dev/a.jsonl is by its name"),
        (["the_test_1.jsonl", "latest.jsonl"], "the_test_1.jsonl is by its name for something else, and"),
        (["the_test_1.jsonl", "latest.jsonl"], "`datasets` leaves out latest.jsonl, whose name says nothing"),
        (["x.JSONL"], "{0}/x.JSONL would not be read: of a folder `datasets` reads no ending in capitals; call it x"),
        (["train.csv", "test.jsonl"], "{0}/train.csv and {0}/test.jsonl are of two kinds"),
        (["a.csv", "b.tsv"], "{0}/a.csv and {0}/b.tsv have other separators"),
        (["a.jsonl", "b.xlsx"], "only a.jsonl would be read, and not b.xlsx"),
        (["a.jsonl", "a.jsonl.bak"], "{0}/a.jsonl.bak would be read, too"),
        (["train.sh", "a.jsonl"], "{0}/a.jsonl would not be read"),
    ],
)
def test_a_folder_of_which_records_would_be_left_out_is_refused(tmp_path: Path, names: list[str], why: str) -> None:
    verdict = verdict_on(made(tmp_path, *names))

    assert why.format(tmp_path) in verdict.fault


@pytest.mark.parametrize(
    ("names", "rows", "note"),
    [
        (["train.jsonl", "test.jsonl"], 1, "read without 1 not to train on by name (test.jsonl)"),
        (["train/a.jsonl", "train/b.jsonl", "validation/c.jsonl"], 2, "(validation/c.jsonl)"),
        (["data/train-00000-of-00001.jsonl", "data/test-00000-of-00001.jsonl"], 1, "data/test-00000-of-00001.jsonl"),
        (["a.jsonl", "notes.txt"], 1, "read without 1 of text beside the records (notes.txt)"),
    ],
)
def test_what_is_left_out_as_its_name_says_is_told(tmp_path: Path, names: list[str], rows: int, note: str) -> None:
    verdict = verdict_on(made(tmp_path, *names))

    assert verdict.fault == ""
    assert verdict.rows == rows
    assert note in "; ".join(verdict.notes)


@pytest.mark.parametrize(
    "names",
    [
        ["a.jsonl", "b.json", "README.md", "LICENSE", "requirements.txt", ".cache/x.jsonl", "config.json"],
        ["latest.jsonl", "contest.jsonl", "a.jsonl"],
        ["a.jsonl", "1.png"],
    ],
)
def test_of_other_files_nothing_is_said(tmp_path: Path, names: list[str]) -> None:
    verdict = verdict_on(made(tmp_path, *names))

    assert (verdict.fault, verdict.notes) == ("", ())


def test_a_folder_whose_name_is_taken_for_a_pattern_is_refused(tmp_path: Path) -> None:
    verdict = verdict_on(made(tmp_path / "set [1]", "a.jsonl"))

    assert "in its name, which `datasets` takes for a pattern" in verdict.fault


def test_a_linked_folder_within_is_refused_for_it_is_not_looked_into(tmp_path: Path) -> None:
    made(tmp_path / "elsewhere", "b.jsonl")
    folder = made(tmp_path / "set", "a.jsonl")
    (folder / "more").symlink_to(tmp_path / "elsewhere")

    assert f"{folder}/more is a link to a folder" in verdict_on(folder).fault


def test_rows_of_a_folder_with_files_that_only_a_library_reads_are_not_counted(tmp_path: Path) -> None:
    verdict = verdict_on(made(tmp_path, "a.jsonl", "b.jsonl.gz"))

    assert (verdict.fault, verdict.rows) == ("", 0)


def test_a_file_that_two_patterns_find_is_read_twice() -> None:
    assert folder_files(["train-train.jsonl"]).read == ("train-train.jsonl", "train-train.jsonl")
