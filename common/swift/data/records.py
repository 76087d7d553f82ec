"""The records of a file of data, one after the other, with the place of each."""

import csv
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from .encodings import Encoding
from .holders import reached
from .something_else import ZEROS
from .strict_json import MAX_DEPTH, NotJson, as_not_json, decoder, json_kind, parsed, refuse_depth, refuse_halves
from .unreadable import Unreadable, excerpt
from .way import Kind, Way, decoded

Record = dict[str, Any]
PIECE_CHARACTERS = 1024 * 1024
# So close to the end of what was read a word, a number or an escape may be cut off.
WORD_MAX = 64
CELL_MAX = 2**31 - 1
# These have a newline in no other character; the others are decoded before they are cut into lines.
CUT_AS_BYTES = frozenset({"utf-8", "utf-8-sig", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1252"})


def read_records(path: Path, way: Way) -> Iterator[tuple[str, Record]]:
    """(place, record) of each, such as ("line 3", {…}); none of a file that only its library reads.

    Raises OSError, and Unreadable at the first place that ms-swift could not read.
    """
    match way.kind:
        case Kind.LINES:
            yield from _line_records(path, way.encoding)
        case Kind.LIST | Kind.OBJECTS:
            yield from _values(path, way)
        case Kind.WRAPPED | Kind.KEYED | Kind.COLUMNS:
            yield from _held(path, way)
        case Kind.CSV:
            yield from _csv_records(path, way)
        case Kind.TEXT:
            yield from ((f"line {number}", {"text": text}) for number, text in text_lines(path, way.encoding))


def line_record(text: str) -> Record | None:
    """The record of a line; None of a blank one. Raises NotJson."""
    if not text or text.isspace():
        return None
    return _as_record(parsed(text.rstrip()), text)


def text_lines(path: Path, encoding: Encoding) -> Iterator[tuple[int, str]]:
    """(number, line) of each. Raises Unreadable."""
    if encoding.codec not in CUT_AS_BYTES:
        yield from enumerate(decoded(path, encoding).split("\n"), start=1)
        return
    codec = encoding.codec.removesuffix("-sig")
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                text = line.decode(codec)
            except UnicodeDecodeError as error:
                shown = excerpt(line[:400].decode(codec, "replace"))
                why = f"not {encoding.name} at byte {error.start} of the line: {shown}"
                raise Unreadable(why, f"line {number}") from error
            yield number, text.removeprefix("\ufeff") if number == 1 else text


def _line_records(path: Path, encoding: Encoding) -> Iterator[tuple[str, Record]]:
    for number, text in text_lines(path, encoding):
        where = f"line {number}"
        try:
            record = line_record(text)
        except NotJson as error:
            raise Unreadable(str(error), where) from error
        if record is not None:
            yield where, record


def _as_record(value: Any, text: str) -> Record:
    if not isinstance(value, dict):
        raise NotJson(f"a JSON {json_kind(value)}, not an object: {excerpt(text)}")
    if text.count("[") + text.count("{") > MAX_DEPTH:
        refuse_depth(value)
    return value


def _held(path: Path, way: Way) -> Iterator[tuple[str, Record]]:
    text = decoded(path, way.encoding)
    try:
        whole = parsed(text)
    except NotJson as error:
        raise Unreadable(str(error)) from error
    held = reached(whole, way.below)
    if way.kind is Kind.WRAPPED:
        yield from ((f"element {number} of `{way.name_below}`", row) for number, row in enumerate(held, start=1))
        return
    if way.kind is Kind.KEYED:
        yield from ((f"the record `{excerpt(name)}`", row) for name, row in held.items())
        return
    columns = {name: value if isinstance(value, list) else list(value.values()) for name, value in whole.items()}
    for number, cells in enumerate(zip(*columns.values(), strict=True), start=1):
        yield f"record {number}", dict(zip(columns, cells, strict=True))


def _values(path: Path, way: Way) -> Iterator[tuple[str, Record]]:
    """Values one after the other, of a list or of none, without ever holding all of them."""
    with path.open(encoding=way.encoding.codec, newline=None) as file:
        reader = _ValueReader(file, in_list=way.kind is Kind.LIST)
        try:
            for number, (line, value) in enumerate(reader.values(), start=1):
                where = f"line {line}, element {number}" if reader.in_list else f"line {line}"
                if not isinstance(value, dict):
                    raise Unreadable(f"a JSON {json_kind(value)}, not an object", where)
                try:
                    refuse_depth(value)
                except NotJson as error:
                    raise Unreadable(str(error), where) from error
                yield where, value
        except UnicodeDecodeError as error:
            raise Unreadable(f"not {way.encoding.name}", f"line {reader.line}, or after it") from error


class _ValueReader:
    """Takes JSON values from a text that comes in pieces; `line` is where it is."""

    def __init__(self, file: TextIO, *, in_list: bool) -> None:
        self.in_list = in_list
        self.line = 1
        self._file = file
        # `_column` characters of its first line are gone already.
        self._text, self._at, self._column, self._ended = "", 0, 0, False
        self._decoder = decoder()

    def values(self) -> Iterator[tuple[int, Any]]:
        """(line, value) of each. Raises Unreadable."""
        if self.in_list:
            self._take("[")
        for count in itertools.count():
            next_one = self._peek()
            if not next_one or (self.in_list and next_one == "]"):
                break
            if self.in_list and count:
                self._take(",")
                self._peek()
            yield self.line, self._value()
        self._end()

    def _end(self) -> None:
        if self.in_list:
            self._take("]")
            if self._peek():
                raise self._fault("Extra data behind the list")

    def _value(self) -> Any:
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                behind = error.pos - self._at
                if self._is_whole(error) or not self._more():
                    self._go(self._at + behind)
                    raise self._fault(error.msg.removesuffix(" at")) from error
                continue
            except Exception as error:
                if known := as_not_json(error):
                    raise Unreadable(str(known), f"line {self.line}") from error
                raise
            self._refuse_halves(value, end)
            self._go(end)
            return value

    def _is_whole(self, error: json.JSONDecodeError) -> bool:
        """Whether what is wrong would be so whatever comes behind it: no text, word or number is cut off."""
        return not error.msg.startswith("Unterminated") and error.pos + WORD_MAX < len(self._text)

    def _refuse_halves(self, value: Any, end: int) -> None:
        try:
            refuse_halves(self._text[self._at : end], value)
        except NotJson as error:
            raise Unreadable(str(error), f"line {self.line}") from error

    def _peek(self) -> str:
        """The next character that is no blank, where the reader now stands; empty at the end."""
        while True:
            rest = self._text[self._at : self._at + 64].lstrip("\ufeff \t\r\n")
            if rest:
                self._go(self._text.index(rest[0], self._at))
                return rest[0]
            if self._at + 64 < len(self._text):
                self._go(self._at + 64)
            elif not self._more():
                self._go(len(self._text))
                return ""

    def _take(self, wanted: str) -> None:
        if self._peek() != wanted:
            raise self._fault(f"Expecting '{wanted}'")
        self._go(self._at + 1)

    def _go(self, place: int) -> None:
        self.line += self._text.count("\n", self._at, place)
        self._at = place

    def _more(self) -> bool:
        """Read on; twice as much for a value that is larger than what there is."""
        piece = "" if self._ended else self._file.read(max(PIECE_CHARACTERS, len(self._text) - self._at))
        self._ended = not piece
        gone = self._text[: self._at]
        self._column = len(gone) - gone.rfind("\n") - 1 if "\n" in gone else self._column + len(gone)
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)

    def _fault(self, what: str) -> Unreadable:
        line_start = self._text.rfind("\n", 0, self._at)
        column = self._at - line_start if line_start >= 0 else self._column + self._at + 1
        return Unreadable(f"not JSON: {what} at column {column}", f"line {self.line}")


def _csv_records(path: Path, way: Way) -> Iterator[tuple[str, Record]]:
    csv.field_size_limit(CELL_MAX)
    # Unlike Python's reader, that of `datasets` takes a bare carriage return for the end of a line.
    with path.open(encoding=way.encoding.codec, newline=None) as file:
        lines = _Remembered(file)
        rows = csv.reader(lines, delimiter=way.separator)
        try:
            header = [name.strip() for name in next(rows, [])]
            _refuse_doubled(header)
            yield from _csv_rows(rows, lines, header, way)
        except UnicodeDecodeError as error:
            raise Unreadable(f"not {way.encoding.name}", f"line {rows.line_num + 1}, or after it") from error
        except csv.Error as error:
            raise Unreadable(f"not CSV: {error}", f"line {rows.line_num}") from error


def _csv_rows(rows: Any, lines: "_Remembered", header: list[str], way: Way) -> Iterator[tuple[str, Record]]:
    start = rows.line_num + 1
    lines.forget()
    for cells in rows:
        where, start = f"line {start}", rows.line_num + 1
        if len(cells) > len(header):
            raise Unreadable(f"{len(cells)} cells, where the header names {len(header)} columns", where)
        if lines.count > 1 and _is_open(lines.text, way.separator):
            raise Unreadable("a quotation mark that is never closed", where)
        lines.forget()
        if cells:
            yield where, dict(itertools.zip_longest(header, cells, fillvalue=""))


def _refuse_doubled(header: list[str]) -> None:
    doubled = next((name for name in header if name and header.count(name) > 1), "")
    if doubled:
        raise Unreadable(f"its header names the column {excerpt(doubled)} twice", "line 1")


def _is_open(text: str, separator: str) -> bool:
    """Whether the row ended because the file did, within quotation marks."""
    try:
        list(csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


class _Remembered:
    """Lines of a file, and those of the row that is being read."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lines: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._file, start=1):
            if "\0" in line:
                raise Unreadable(ZEROS, f"line {number}")
            self._lines.append(line)
            yield line

    def forget(self) -> None:
        self._lines.clear()

    @property
    def count(self) -> int:
        return len(self._lines)

    @property
    def text(self) -> str:
        return "".join(self._lines)
