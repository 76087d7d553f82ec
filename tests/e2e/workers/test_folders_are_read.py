"""Which files of a folder the checks say that are read are those that `datasets` reads."""

import json
import subprocess
from pathlib import Path

import pytest

from common.swift.inputs.folders.columns import different
from common.swift.inputs.folders.files import FolderFiles, folder_files

pytestmark = pytest.mark.e2e

LOADER = Path(__file__).with_name("load_folders.py")
SCRIPT = Path(__file__).with_name("folder_files_read.py")
FOLDERS = [
    ["a.jsonl", "b.csv"],
    ["a.json", "b.jsonl", "c.ndjson", "d.csv"],
    ["a.json", "b.csv", "c.csv", "d.parquet"],
    ["a.parquet", "b.jsonl"],
    ["a.csv", "b.tsv", "c.tsv"],
    ["a.txt", "b.jsonl"],
    ["a.jsonl", "x.txt", "y.txt"],
    ["a.jsonl", "README.md", "LICENSE", "notes.txt"],
    ["A.JSONL", "b.jsonl"],
    ["a.jsonl", "p/1.png", "p/2.png"],
    ["a.JPG", "b.jsonl", "c.JPG"],
    ["metadata.jsonl", "1.png", "2.png"],
    ["a.jsonl", "1.png"],
    ["a.jsonl.gz", "b.jsonl"],
    ["a.jsonl.bak", "b.jsonl"],
    ["a.zip", "b.jsonl"],
    ["a-b/x.jsonl", "a/x.jsonl"],
    ["data/train.jsonl", "data/test.jsonl"],
    ["train.jsonl", "more.jsonl"],
    ["train2024.jsonl", "test2024.jsonl"],
    ["trainset.jsonl", "testset.jsonl"],
    ["Train.jsonl", "Test.jsonl"],
    ["latest.jsonl", "contest.jsonl", "b.jsonl"],
    ["my_train_data.jsonl", "eval_x.jsonl", "b.jsonl"],
    ["validation.jsonl", "val.jsonl", "training.json"],
    ["dev.jsonl", "a.jsonl"],
    ["train-train.jsonl"],
    ["train_test.jsonl", "b.jsonl"],
    ["train/a.jsonl", "validation/b.jsonl"],
    ["train/README.md", "b.jsonl"],
    ["train-1/train/a.jsonl"],
    ["sub/train/a.jsonl", "test.jsonl"],
    ["data/train-00000-of-00001.parquet", "data/test-00000-of-00001.parquet", "x.jsonl"],
    ["data/random-00000-of-00001.jsonl", "b.jsonl"],
    [".a.jsonl", "b.jsonl", ".h/c.jsonl", "__x/d.jsonl"],
    ["a.jsonl", "config.json", "state.json"],
    ["x.eval", "a.jsonl"],
    ["train.csv", "test.jsonl"],
    ["train.sh", "a.jsonl"],
]


def test_the_files_of_a_folder_are_those_that_datasets_reads(swift_python: str, tmp_path: Path) -> None:
    folders = [_made(tmp_path / f"set{number}", names) for number, names in enumerate(FOLDERS)]

    env = {"PATH": "/usr/bin:/bin", "HF_HOME": str(tmp_path)}
    done = subprocess.run([swift_python, SCRIPT], input=json.dumps(folders), env=env,
                          capture_output=True, text=True, check=False, timeout=300)  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    for names, said in zip(FOLDERS, json.loads(done.stdout), strict=True):
        assert (names, _as_said(folder_files(names))) == (names, _told(said))


# What column `extra` holds in the first file, and in the second.
VALUES: list[tuple[object, object]] = [
    ("a", 1),
    ("a", None),
    ("a", {"b": 1}),
    ("a", [1]),
    (None, "a"),
    (1, True),
    (1, "12"),
    (1, "a"),
    (1, 1.5),
    (1, 2.0),
    (1.5, 1),
    (True, "a"),
    ([1], "a"),
    (["a"], [1]),
    ([1], ["a"]),
    ({"b": 1}, "a"),
    ({"b": 1}, {"c": 1}),
    ([{"role": "user"}], [{"from": "user"}]),
]


def test_what_a_second_file_may_hold_is_what_datasets_takes(swift_python: str, tmp_path: Path) -> None:
    folders = [tmp_path / f"set{number}" for number in range(len(VALUES))]
    for folder, values in zip(folders, VALUES, strict=True):
        folder.mkdir()
        for name, value in zip(("a", "b"), values, strict=True):
            (folder / f"{name}.jsonl").write_text(json.dumps({"query": "q", "extra": value}) + "\n")

    env = {"PATH": "/usr/bin:/bin", "HF_HOME": str(tmp_path)}
    done = subprocess.run([swift_python, LOADER], input=json.dumps(list(map(str, folders))), env=env,
                          capture_output=True, text=True, check=True, timeout=300)  # fmt: skip

    accepted = [not different([folder / "a.jsonl", folder / "b.jsonl"]) for folder in folders]
    told = zip(VALUES, accepted, json.loads(done.stdout), strict=True)
    assert [values for values, here, there in told if here != there] == []


def _made(folder: Path, names: list[str]) -> str:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"query": "a", "response": "b"}\n')
    return str(folder)


def _as_said(found: FolderFiles) -> tuple[str, list[str], set[str]]:
    return found.reader if found.read or found.held_out else "", list(found.read), set(found.held_out)


def _told(said: dict[str, object]) -> tuple[str, list[str], set[str]]:
    if "error" in said:
        return "", [], set()
    files: dict[str, list[str]] = said["files"]  # type: ignore[assignment]  # as the script writes it
    read = files.pop("train", [])
    return str(said["reader"]), read, {name for of in files.values() for name in of} - set(read)
