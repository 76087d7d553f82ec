import bz2
import gzip
import io
import json
import lzma
import pickle
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import pytest

from common.swift.data.records import read_records
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import way_of
from common.swift.inputs.data import look_at
from common.swift.inputs.records.judging import Judges

LINES = b'{"query": "a", "response": "b"}\n' * 3
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 12\n"


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, LINES)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.jsonl"))
    return file.getvalue()


def database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table a (b)")
        return connection.serialize()


def named(value: object) -> str:
    """A test's name has no bytes in it: an archive holds the time at which it was made."""
    return value if isinstance(value, str) else "content"


def fault_of(path: Path) -> str:
    return (look_at(path, Judges()) or pytest.fail("nothing is there")).fault


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.txt", "a.parquet"])
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (POINTER, "is a Git LFS pointer, not what it stands for; fetch that with `git lfs pull`"),
        (gzip.compress(LINES), "is compressed by gzip; unpack it with `gzip -dc`"),
        (bz2.compress(LINES), "is compressed by bzip2"),
        (lzma.compress(LINES), "is compressed by xz"),
        (b"\x28\xb5\x2f\xfd" + b"x" * 40, "is compressed by zstd"),
        (zipped("a.jsonl"), "is a ZIP archive"),
        (zipped("a.jsonl")[:40], "is a ZIP archive"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "is an Excel workbook; save the sheet as CSV in UTF-8"),
        (zipped("[Content_Types].xml", "word/document.xml"), "is a Word document"),
        (zipped("rows/data.pkl"), "is what torch.save wrote"),
        (tarred(), "is a tar archive"),
        (b"%PDF-1.7\n", "is a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "is a document of an older Excel or Word"),
        (database(), "is an SQLite database"),
        (pickle.dumps([{"query": "a"}]), "is a Python pickle"),
        (b"\x93NUMPY\x01\0", "is an array of NumPy"),
        (bytes(5000), "is full of zero bytes, as a crash or a full disk leaves them"),
        ((40).to_bytes(8, "little") + b'{"a": {"dtype": "F32"}}', "is the weights of a model"),
    ],
    ids=named,
)
def test_a_file_that_is_something_else_is_told_by_its_kind(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert f"{path} {what}" in fault_of(path)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.jsonl", b"<!DOCTYPE html><html><body>401</body></html>", "is an HTML page"),
        ("a.csv", b"\n<html>\n", "is an HTML page"),
        ("a.json", b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "is XML, such as an error"),
        ("a.jsonl", b"PAR1" + LINES + b"PAR1", "is a Parquet file; rename it, so that it ends in .parquet"),
        ("a.jsonl", b"ARROW1\0\0" + LINES, "is an Arrow file; rename it"),
        ("a.parquet", b"ARROW1\0\0" + LINES, "is an Arrow file; rename it"),
        ("a.arrow", LINES, "is no Arrow file"),
        ("a.jsonl.gz", gzip.compress(LINES), "is compressed by gzip"),
        ("a.jsonl.part", LINES, "ends in .part, as files do that are still being downloaded"),
        ("a.jsonl.incomplete", b"", "still being downloaded"),
        ("a.tsv", b"query\tresponse\na\tb\n", "rename it to .csv"),
        ("a.ndjson", LINES, "rename it to .jsonl"),
        ("a.jsonl", LINES + bytes(20), "line 4: zero bytes, as a crash"),
        ("a.jsonl", LINES + bytes(4096) + b"\n" + LINES, "line 4: zero bytes, as a crash"),
        ("a.csv", b"query,response\na,b\n" + bytes(30), "line 3: zero bytes, as a crash"),
        ("a.csv", b"query,response\n\xfe\0\xff\x01\x02\0", "no text: it has bytes that no encoding has"),
    ],
    ids=named,
)
def test_so_is_one_that_its_ending_or_its_place_tells(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert what in fault_of(path)


def test_pages_may_be_texts_to_learn_from(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("<html><body>Hello</body></html>\n")

    assert fault_of(path) == ""


def test_what_a_training_opens_is_told_with_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(POINTER)

    with pytest.raises(Unreadable, match="a Git LFS pointer"):
        list(read_records(path, way_of(path)))


def test_pointers_in_a_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "train-0.parquet").write_bytes(POINTER)

    assert fault_of(tmp_path) == (
        f"{tmp_path}/train-0.parquet is a Git LFS pointer, not what it stands for; fetch that with `git lfs pull`"
    )


def test_what_is_renamed_as_told_is_read(tmp_path: Path) -> None:
    (tmp_path / "tabs.csv").write_bytes(b"query\tresponse\na\tb\n")
    (tmp_path / "lines.jsonl").write_bytes(gzip.decompress(gzip.compress(LINES)))

    assert [fault_of(tmp_path / name) for name in ("tabs.csv", "lines.jsonl")] == ["", ""]
    assert json.loads(LINES.splitlines()[0]) == {"query": "a", "response": "b"}
