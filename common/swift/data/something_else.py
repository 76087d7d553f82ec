"""Files that are something else than their names say: pointers, archives, pages, documents. Known by their first bytes,
and told with the way out.
"""

import re
import zipfile
from pathlib import Path

HEAD_BYTES = 4096
POINTER = b"version https://git-lfs"
IS_A_POINTER = "a Git LFS pointer, not what it stands for; fetch that with `git lfs pull`"
ZEROS = "zero bytes, as a crash or a full disk leaves them; write the file again"
PACKED = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
)
OTHERS = (
    (POINTER, IS_A_POINTER),
    (b"Rar!\x1a", "a RAR archive; unpack it, and name a file of it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it, and name a file of it"),
    (b"PAR1", "a Parquet file; rename it, so that it ends in .parquet"),
    (b"ARROW1", "an Arrow file; rename it, so that it ends in .arrow"),
    (b"\xff\xff\xff\xff", "a stream of Arrow data; rename it, so that it ends in .arrow"),
    (b"%PDF-", "a PDF document; write its text as JSON lines"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an older Excel or Word; save it as CSV in UTF-8"),
    (b"SQLite format 3\0", "an SQLite database; write its rows as JSON lines"),
    (b"\x89HDF", "an HDF5 file; write its rows as JSON lines"),
    (b"\x93NUMPY", "an array of NumPy; write its rows as JSON lines"),
    (b"\x89PNG", "a picture; name a file of records that name it"),
    (b"\xff\xd8\xff", "a picture; name a file of records that name it"),
    (b"GGUF", "the weights of a model; it belongs to `model_path`"),
)
ENDINGS = {b"PAR1": ".parquet", b"ARROW1": ".arrow", b"\xff\xff\xff\xff": ".arrow"}
PICKLE = re.compile(rb"\x80[\x02-\x05][\x00-\xff]")
PAGE = re.compile(rb"\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)
MARKUP = re.compile(rb"\s*<(\?xml|error>)", re.IGNORECASE)
SAFETENSORS = re.compile(rb'[\x00-\xff]{8}\{"', re.DOTALL)
TAR_MARK, TAR_AT = b"ustar", 257
UNFINISHED = frozenset(
    {".part", ".partial", ".crdownload", ".incomplete", ".download", ".downloading", ".tmp", ".aria2"}
)
# What would do, of a file that ends so.
INSTEAD = {
    ".tsv": "rename it to .csv: that its cells are between tabs is found",
    ".ndjson": "rename it to .jsonl",
    ".jsonlines": "rename it to .jsonl",
    ".md": "rename it to .txt to train on its text",
}


def something_else(path: Path) -> str:
    """What the file is instead of the data that its name promises, and the way out; empty where nothing is known of
    that. Raises OSError.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    ending = path.suffix.lower()
    for begin, name in PACKED:
        if head.startswith(begin):
            return f"compressed by {name}; unpack it with `{name} -dc`"
    for begin, what in OTHERS:
        if head.startswith(begin) and ENDINGS.get(begin) != ending:
            return what
    return _archived(path, head) or _other_content(head, ending)


def _archived(path: Path, head: bytes) -> str:
    if head[TAR_AT:].startswith(TAR_MARK):
        return "a tar archive; unpack it with `tar -xf`, and name a file of it"
    if not head.startswith(b"PK\x03\x04"):
        return ""
    names = _names(path)
    if any(name.startswith("xl/") for name in names):
        return "an Excel workbook; save the sheet as CSV in UTF-8"
    if any(name.startswith("word/") for name in names):
        return "a Word document; write its text as JSON lines"
    if any(name.endswith("data.pkl") for name in names):
        return "what torch.save wrote; write its rows as JSON lines"
    return "a ZIP archive; unpack it, and name a file of it"


def _names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return []


def _other_content(head: bytes, ending: str) -> str:
    if head and not head.strip(b"\0"):
        return f"full of {ZEROS}"
    if PICKLE.match(head):
        return "a Python pickle; write its rows as JSON lines"
    if SAFETENSORS.match(head) and b"\0" in head[:8]:
        return "the weights of a model; it belongs to `model_path`"
    if ending == ".txt":  # pages may be what is to be learned
        return ""
    if PAGE.match(head):
        return "an HTML page, such as one to log in or of an error, in place of the data; download those"
    return (
        "XML, such as an error that a store answered, in place of the data; download those"
        if MARKUP.match(head)
        else ""
    )
