"""Records of a data set file: can they be parsed, and do they have text?

Each check returns a sentence on what is wrong, or nothing.
"""

import csv
import io
import json
import os
from collections.abc import Collection
from pathlib import Path

from common.swift.inputs.columns import EXAMPLES, ColumnsSeen, shown, unknown_number, wanted
from common.swift.inputs.formats import Judge, accept, typed
from common.swift.inputs.sampling import FIRST_LINES, LINE_MAX_BYTES, is_cut, sampled_lines
from common.truncated import truncated

WHOLE_FILE_MAX_BYTES = 32 * 1024 * 1024
EXCERPT_CHARACTERS = 80
PARQUET_MARK = b"PAR1"
PARQUET_MIN_BYTES = 12  # the marks, and the length of what describes the columns


def check_json_lines(path: Path, known_columns: Collection[str] = (), judge: Judge = accept) -> str:
    """One JSON object a line, none of which `judge` finds a fault in."""
    seen = ColumnsSeen(wanted(known_columns))
    blank = True
    for where, line in sampled_lines(path):
        record, why = _record(line)
        if record is not None:
            why = unknown_number(record, seen.wanted) or judge(record)
        if why:
            return f"{path}, {where}: {why}"
        if record is not None:
            seen.add(record)
        blank = blank and not line.strip()
    if blank:
        return f"{path} has no records, only blank lines"
    return _about(path, seen)


def check_json_file(path: Path, known_columns: Collection[str] = (), judge: Judge = accept) -> str:
    """A JSON list of objects, or one object a line; only a small file is read as a whole."""
    with path.open("rb") as file:
        head = file.read(WHOLE_FILE_MAX_BYTES + 1)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"["):
        return f"{path} is neither a JSON list nor JSON lines; it starts with {_excerpt(head)}"
    if len(head) > WHOLE_FILE_MAX_BYTES or (start == b"{" and _is_one_object_over_lines(head)):
        return ""
    if start == b"{":
        return check_json_lines(path, known_columns, judge)
    return _check_list(path, head, known_columns, judge)


def check_parquet(path: Path, _known_columns: Collection[str] = (), _judge: Judge = accept) -> str:
    """Whole, by its marks at both ends; what is in it takes a library to read."""
    if path.stat().st_size >= PARQUET_MIN_BYTES:
        with path.open("rb") as file:
            begin = file.read(len(PARQUET_MARK))
            file.seek(-len(PARQUET_MARK), os.SEEK_END)
            if begin == file.read() == PARQUET_MARK:
                return ""
    return f"{path} is no whole Parquet file: that begins and ends with PAR1"


def check_csv_header(path: Path, known_columns: Collection[str] = (), judge: Judge = accept) -> str:
    """The header names a column with text, and the first row has what `judge` wants."""
    with path.open("rb") as file:
        head = file.read(LINE_MAX_BYTES).decode("utf-8-sig", "replace")
    # Python's reader has a limit of 128 KiB for a cell and, unlike `datasets`, stumbles over a bare carriage return.
    csv.field_size_limit(LINE_MAX_BYTES)
    rows = csv.reader(io.StringIO(head, newline=None))
    columns = [column.strip() for column in next(rows, [])]
    if not {column.lower() for column in columns} & wanted(known_columns):
        return f"{path}: its header names no column that ms-swift knows ({EXAMPLES}); it names: {shown(columns)}"
    why = judge({name: typed(text) for name, text in zip(columns, next(rows, []), strict=False)})
    return f"{path}, line {rows.line_num}: {why}" if why else ""


def _record(line: bytes) -> tuple[dict[str, object] | None, str]:
    """The record, or what is wrong with it; neither for a blank line and for one too long to judge."""
    if is_cut(line) or not line.strip():
        return None, ""
    try:
        value = json.loads(line.rstrip().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return None, f"not UTF-8 at byte {error.start} of the line: {_excerpt(line)}"
    except json.JSONDecodeError as error:
        return None, f"not JSON: {error.msg} at column {error.colno}: {_excerpt(line)}"
    except (ValueError, RecursionError):  # a number of thousands of digits, nesting without end
        return None, f"not JSON that can be read: {_excerpt(line)}"
    if not isinstance(value, dict):
        return None, f"a JSON {type(value).__name__}, not an object: {_excerpt(line)}"
    return value, ""


def _is_one_object_over_lines(content: bytes) -> bool:
    """Columns in one pretty-printed object, which `datasets` reads too; an object on one line is a record."""
    try:
        json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return len(content.strip().splitlines()) > 1


def _check_list(path: Path, content: bytes, known_columns: Collection[str], judge: Judge) -> str:
    try:
        records = json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        return f"{path}, line {error.lineno}: not JSON: {error.msg} at column {error.colno}"
    except (ValueError, RecursionError):
        return f"{path} is not JSON that can be read"
    if not records:
        return f"{path} is an empty list"
    seen = ColumnsSeen(wanted(known_columns))
    for number, record in enumerate(records[:FIRST_LINES], start=1):
        if not isinstance(record, dict):
            return f"{path}, element {number}: a JSON {type(record).__name__}, not an object"
        why = unknown_number(record, seen.wanted) or judge(record)
        if why:
            return f"{path}, element {number}: {why}"
        seen.add(record)
    return _about(path, seen)


def _about(path: Path, seen: ColumnsSeen) -> str:
    why = seen.problem()
    return f"{path}: {why}" if why else ""


def _excerpt(line: bytes) -> str:
    text = line[: 4 * EXCERPT_CHARACTERS].decode("utf-8", "replace").strip()
    return truncated(text, EXCERPT_CHARACTERS)
