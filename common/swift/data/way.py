"""The way in which a file of data is to be read: its encoding, and what holds the records. Found by looking at the
file, not at its name alone.
"""

import csv
import io
import json
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from .encodings import UTF_8, Encoding, encoding_of, first_wrong
from .holders import held_in
from .something_else import something_else
from .unreadable import Unreadable, excerpt

HEAD_BYTES = 1024 * 1024
# An object that holds the records is read as a whole.
WRAPPED_MAX_BYTES = 1024 * 1024 * 1024
SEPARATORS = ",;\t|"
FOR_EXCEL = re.compile(r"\ufeff?\"?sep=.\"?\r?", re.IGNORECASE)
SEPARATOR_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


class Kind(Enum):
    """What holds the records: one object a line; a list; a list below a key of an object; an object whose keys name
    them; the keys of an object, as columns; objects over several lines; cells; lines of text; what only its library
    reads.
    """

    LINES = "lines"
    LIST = "list"
    WRAPPED = "wrapped"
    KEYED = "keyed"
    COLUMNS = "columns"
    OBJECTS = "objects"
    CSV = "csv"
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True)
class Way:
    """`below` are the keys that lead to the records in an object, `separator` what stands between the cells of CSV.

    `is_plain` says that `datasets` reads the file by itself, as it is and under the name that it has.
    """

    kind: Kind
    encoding: Encoding = UTF_8
    below: tuple[str, ...] = ()
    separator: str = ","
    is_plain: bool = True

    @property
    def name_below(self) -> str:
        """Those keys as one name: `data.train`."""
        return ".".join(self.below)


def way_of(path: Path) -> Way:
    """How the file is to be read. Raises OSError, and Unreadable where nothing in it can be records."""
    if other := something_else(path):
        raise Unreadable(other)
    ending = path.suffix.lower()
    if ending not in {".json", ".jsonl", ".csv", ".txt"}:
        return Way(Kind.OTHER, is_plain=path.suffix == ending)
    encoding = encoding_of(path)
    if not encoding or (encoding.is_guess and ending in {".json", ".jsonl"}):
        raise _not_utf_8(path)  # JSON that is not is an accident, where it may be anything
    head = _head(path, encoding)
    named_as_read = path.suffix == ending
    if ending == ".txt":
        return Way(Kind.TEXT, encoding, is_plain=named_as_read and encoding.is_plain)
    if ending == ".csv":
        return _csv_way(head, encoding, named_as_read)
    return _json_way(path, head, encoding, named_as_read)


def told(way: Way, records: int) -> list[str]:
    """What is to be told to whoever gave the file, of how it was read; nothing of a file that is as usual."""
    notes = []
    if way.encoding.name != "UTF-8":
        notes.append(f"read as {way.encoding.name}")
    if way.kind is Kind.WRAPPED:
        notes.append(f"read as the {records} records below `{way.name_below}`")
    if way.kind is Kind.KEYED:
        notes.append(f"read as {records} records, each below a key of its own")
    if way.kind is Kind.COLUMNS:
        notes.append(f"read as {records} records whose columns are the keys of one object")
    if way.kind is Kind.CSV and way.separator != ",":
        notes.append(f"read as columns between {SEPARATOR_NAMES[way.separator]}")
    return notes


def decoded(path: Path, encoding: Encoding) -> str:
    """The whole text. Raises Unreadable."""
    try:
        return path.read_bytes().decode(encoding.codec)
    except UnicodeDecodeError as error:
        raise Unreadable(f"not {encoding.name} at byte {error.start} of the file") from error


def _not_utf_8(path: Path) -> Unreadable:
    with path.open("rb") as file:
        if b"\0" in file.read(HEAD_BYTES):
            return Unreadable("no text: it has bytes that no encoding has; write its rows as JSON lines")
    line, byte, begin, likely = first_wrong(path)
    what = f"not UTF-8 at byte {byte} of the line: {excerpt(begin.decode(errors='replace'))}"
    if likely == UTF_8.name:
        return Unreadable(f"{what}; what is around it is UTF-8: the place is damaged, write it again", f"line {line}")
    way_out = "save it as UTF-8 from where it came"
    if likely:
        way_out = f"save it as UTF-8; if it is {likely}, with `iconv -f {likely} -t UTF-8`"
    return Unreadable(f"{what}; no other encoding is certain: {way_out}", f"line {line}")


def _head(path: Path, encoding: Encoding) -> str:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES).decode(encoding.codec, "replace")


def _csv_way(head: str, encoding: Encoding, named_as_read: bool) -> Way:
    line = next(iter(csv.reader(io.StringIO(head, newline=None))), [""]) if head else [""]
    first = head.split("\n", 1)[0]
    if FOR_EXCEL.fullmatch(first):
        raise Unreadable("this line tells Excel the separator, and is read as the header; remove it", "line 1")
    separator = "," if len(line) > 1 else max(SEPARATORS, key=first.count)
    separator = separator if separator in first else ","
    plain = named_as_read and encoding.codec in {"utf-8", "utf-8-sig"} and separator == ","
    return Way(Kind.CSV, encoding, separator=separator, is_plain=plain)


def _json_way(path: Path, head: str, encoding: Encoding, named_as_read: bool) -> Way:
    plain = named_as_read and encoding.is_plain
    text = head.lstrip()
    if text[:1] == "[" and (path.suffix.lower() == ".json" or text[1:].lstrip()[:1] == "{"):
        return Way(Kind.LIST, encoding, is_plain=plain and head[:1] == "[")
    if path.suffix.lower() == ".json" and text[:1] != "{":
        raise Unreadable(f"neither a JSON list nor JSON lines; it starts with {excerpt(head)}")
    if "\r" in head and "\n" not in head:  # lines as old Macs end them
        return Way(Kind.OBJECTS, encoding, is_plain=False)
    holder = _one_object_way(path, head, encoding)
    goes_over = _goes_over_lines(text)
    return holder or Way(Kind.OBJECTS if goes_over else Kind.LINES, encoding, is_plain=plain and not goes_over)


def _goes_over_lines(text: str) -> bool:
    """Whether it begins with a whole object that goes on beyond its line, as objects are printed for people."""
    if text[:1] != "{" or _is_object(text.split("\n", 1)[0]):
        return False
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return False
    return "\n" in text[:end]


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _one_object_way(path: Path, head: str, encoding: Encoding) -> Way | None:
    """For a file that is one object which holds the records; None where it is not, or is one record itself."""
    size = path.stat().st_size
    if size > WRAPPED_MAX_BYTES or head.lstrip()[:1] != "{" or _goes_on_after_line(head):
        return None
    try:
        whole = json.loads(head if size <= HEAD_BYTES else decoded(path, encoding))
    except (ValueError, RecursionError, Unreadable):
        return None
    held = held_in(whole) if isinstance(whole, dict) else None
    return Way(Kind(held.form), encoding, below=held.below, is_plain=False) if held else None


def _goes_on_after_line(head: str) -> bool:
    """Whether the first line is an object by itself and others follow: then it is a record, or a mistake."""
    first, _, rest = head.lstrip().partition("\n")
    return bool(rest.strip()) and _is_object(first)
