"""The check of one file of data: read as it is to be read, all of it or, where it is large, samples throughout."""

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from common.swift.data.encodings import UTF_8
from common.swift.data.kinds import DECIDED_BY_BYTES
from common.swift.data.records import line_record
from common.swift.data.something_else import INSTEAD, UNFINISHED, something_else
from common.swift.data.strict_json import NotJson
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import Kind, Way, told, way_of
from common.swift.inputs.quick.lines import plain_or_records
from common.swift.inputs.records.columns import EXAMPLES, shown
from common.swift.inputs.records.formats import typed
from common.swift.inputs.records.judging import Judges, Judging
from common.swift.inputs.sampling import FIRST_LINES, is_cut, sampled_lines
from common.swift.inputs.tables.records import odd_text, records_of, rows_told
from common.swift.inputs.tables.trial import try_table
from common.swift.inputs.verdict import Verdict

# What `datasets` loads by the ending of a file's name, which is how ms-swift calls it.
ACCEPTED = (".jsonl", ".json", ".csv", ".parquet", ".arrow", ".txt")
WHOLE_MAX_BYTES = 1024 * 1024 * 1024
PARQUET_MARK = b"PAR1"
PARQUET_MIN_BYTES = 12  # the marks, and the length of what describes the columns
ARROW_MARKS = (b"ARROW1", b"\xff\xff\xff\xff")  # of a file, and of a stream
EMPTY = {
    Kind.LINES: "has no records, only blank lines",
    Kind.LIST: "is an empty list",
    Kind.CSV: "has no rows below its header",
    Kind.TEXT: "has no text",
    Kind.OTHER: "has no rows",
}


def check_file(path: Path, judges: Judges, whole_max_bytes: int | None = None) -> Verdict:
    """The verdict on a file; a larger one than that is sampled. Raises OSError."""
    why = _unfit(path)
    if why:
        return Verdict(str(path), fault=f"{path} {why}")
    try:
        return _read(path, way_of(path), judges, WHOLE_MAX_BYTES if whole_max_bytes is None else whole_max_bytes)
    except Unreadable as error:
        where = f", {error.where}" if error.where else ""
        return Verdict(str(path), fault=f"{path}{where}: {error.why}")


def _unfit(path: Path) -> str:
    if not os.access(path, os.R_OK):
        return "is not readable for this service"
    if not path.is_file():
        return "is a pipe or a device, which gives its rows once; write them to a file"
    if path.suffix.lower() in UNFINISHED:
        return f"ends in {path.suffix}, as files do that are still being downloaded; wait for it, or download it again"
    if path.stat().st_size == 0:
        return "is empty"
    if other := something_else(path):
        return f"is {other}"
    return _unfit_kind(path, path.suffix.lower())


def _unfit_kind(path: Path, suffix: str) -> str:
    if suffix not in ACCEPTED:
        instead = f"; {INSTEAD[suffix]}" if suffix in INSTEAD else ""
        return f"ends in {suffix or 'no suffix'}; ms-swift reads {', '.join(ACCEPTED)}{instead}"
    if suffix == ".parquet" and not _is_whole_parquet(path):
        return "is no whole Parquet file: that begins and ends with PAR1"
    return "" if suffix != ".arrow" or _is_arrow(path) else "is no Arrow file"


def _is_arrow(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(8).startswith(ARROW_MARKS)


def _is_whole_parquet(path: Path) -> bool:
    """By its marks at both ends; what is in it takes a library to read."""
    if path.stat().st_size < PARQUET_MIN_BYTES:
        return False
    with path.open("rb") as file:
        begin = file.read(len(PARQUET_MARK))
        file.seek(-len(PARQUET_MARK), os.SEEK_END)
        return begin == file.read() == PARQUET_MARK


def _read(path: Path, way: Way, judges: Judges, whole_max_bytes: int) -> Verdict:
    size = path.stat().st_size
    whole = size <= whole_max_bytes
    judging = Judging(judges, watches_kinds=size > DECIDED_BY_BYTES and way.kind is Kind.LINES)
    if way.kind is Kind.LINES and whole:
        plain_or_records(path, way, judging)
    elif way.kind is Kind.LINES and way.encoding == UTF_8:
        _take_samples(path, judging)
    elif way.kind is Kind.OTHER:
        _take_table(path, way, judging, whole=whole)
    else:
        records = _typed_records(path, way)
        _take_all(judging, records if whole else islice(records, FIRST_LINES))
    if not judging.rows and not judging.fault and way.kind in EMPTY:
        return Verdict(str(path), fault=f"{path} {EMPTY[way.kind]}")
    if way.kind is Kind.CSV and not judging.columns.keys() & _spellings(judging, judges):
        return _unknown_header(path, judging)
    verdict = judging.verdict(str(path), told(way, judging.rows), whole=whole)
    if way.kind is Kind.OTHER and not whole:
        verdict = replace(verdict, rows_there=rows_told(path))
    return replace(verdict, fault=verdict.fault if way.kind is not Kind.TEXT else "")


def _take_all(judging: Judging, records: Iterator[tuple[str, dict[str, Any]]]) -> None:
    for where, record in records:
        if not judging.take(where, record):
            return


def _take_table(path: Path, way: Way, judging: Judging, *, whole: bool) -> None:
    try_table(path, whole=whole)
    _take_all(judging, records_of(path, way, whole=whole))
    if not judging.rows or not (judging.fault or judging.tally.count == judging.rows):
        return  # a column that is no text does no harm where another one is read
    if why := odd_text(path, judging.judges.wanted):
        raise Unreadable(why)


def _typed_records(path: Path, way: Way) -> Iterator[tuple[str, dict[str, Any]]]:
    records = records_of(path, way)
    if way.kind is not Kind.CSV:
        return records
    return ((where, {name: typed(cell) for name, cell in record.items()}) for where, record in records)


def _take_samples(path: Path, judging: Judging) -> None:
    judging.watches_kinds = False  # some of the first rows were not looked at
    for where, line in sampled_lines(path):
        if is_cut(line):
            judging.rows += 1
            continue
        try:
            record = line_record(line.decode("utf-8-sig"))
        except NotJson as error:
            raise Unreadable(str(error), where) from error
        except UnicodeDecodeError as error:
            raise Unreadable(f"not UTF-8 at byte {error.start} of the line", where) from error
        if record is not None and not judging.take(where, record):
            return


def _spellings(judging: Judging, judges: Judges) -> set[str]:
    return {name for name in judging.columns if name.lower() in judges.wanted}


def _unknown_header(path: Path, judging: Judging) -> Verdict:
    named = shown(judging.columns)
    why = f"{path}: its header names no column that ms-swift knows ({EXAMPLES}); it names: {named}"
    return Verdict(str(path), fault=why)
