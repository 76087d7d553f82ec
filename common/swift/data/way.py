"""The way in which a file of data is to be read: its encoding, and what holds the records. Found by looking at the
file, not at its name alone.
"""

import csv
import io
import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from .encodings import UTF_8, Encoding, encoding_of
from .shapes import LISTS, TEXT_COLUMNS
from .unreadable import Unreadable, excerpt

HEAD_BYTES = 1024 * 1024
# An object that holds the records is read as a whole.
WRAPPED_MAX_BYTES = 1024 * 1024 * 1024
SEPARATORS = ",;\t|"
SEPARATOR_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# What makes of an object a turn of a dialogue, and not a record.
TURN_KEYS = ({"role", "content"}, {"from", "value"}, {"role"}, {"user", "assistant"})


class Kind(Enum):
    """What holds the records: one object a line; a list; a list below a key of an object; the keys of an object, as
    columns; objects over several lines; cells; lines of text; what only its library reads.
    """

    LINES = "lines"
    LIST = "list"
    WRAPPED = "wrapped"
    COLUMNS = "columns"
    OBJECTS = "objects"
    CSV = "csv"
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True)
class Way:
    """`below` is the key that has the records of a wrapped list, `separator` what stands between the cells of CSV.

    `is_plain` says that `datasets` reads the file by itself, as it is and under the name that it has.
    """

    kind: Kind
    encoding: Encoding = UTF_8
    below: str = ""
    separator: str = ","
    is_plain: bool = True


def way_of(path: Path) -> Way:
    """How the file is to be read. Raises OSError, and Unreadable where nothing in it can be records."""
    ending = path.suffix.lower()
    if ending not in {".json", ".jsonl", ".csv", ".txt"}:
        return Way(Kind.OTHER, is_plain=path.suffix == ending)
    encoding = encoding_of(path) or UTF_8
    if encoding.is_guess and ending in {".json", ".jsonl"}:
        encoding = UTF_8  # its first wrong line is told: JSON that is not UTF-8 is an accident where it may be anything
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
        notes.append(f"read as the {records} records below `{way.below}`")
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


def _head(path: Path, encoding: Encoding) -> str:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES).decode(encoding.codec, "replace")


def _csv_way(head: str, encoding: Encoding, named_as_read: bool) -> Way:
    line = next(iter(csv.reader(io.StringIO(head, newline=None))), [""]) if head else [""]
    first = head.split("\n", 1)[0]
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
    holder = _one_object_way(path, head, encoding)
    return holder or Way(_lines_or_objects(text), encoding, is_plain=plain and not _goes_over_lines(text))


def _lines_or_objects(text: str) -> Kind:
    return Kind.OBJECTS if _goes_over_lines(text) else Kind.LINES


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
    return _holder(whole, encoding) if isinstance(whole, dict) else None


def _goes_on_after_line(head: str) -> bool:
    """Whether the first line is an object by itself and others follow: then it is a record, or a mistake."""
    first, _, rest = head.lstrip().partition("\n")
    return bool(rest.strip()) and _is_object(first)


def _is_of_a_record(name: str, value: object) -> bool:
    """Whether a key stands for what is learned from: a question, or a conversation in whatever form."""
    return name.lower() in LISTS or (isinstance(value, str) and name.lower() in TEXT_COLUMNS)


def _holder(whole: dict[str, Any], encoding: Encoding) -> Way | None:
    lists = {name: value for name, value in whole.items() if isinstance(value, list) and value}
    if any(is_dialogue(value) for value in lists.values()) or any(map(_is_of_a_record, whole, whole.values())):
        return None
    of_objects = [name for name, value in lists.items() if all(isinstance(item, dict) for item in value)]
    if len(of_objects) == 1:
        return Way(Kind.WRAPPED, encoding, below=of_objects[0], is_plain=False)
    if of_objects:
        names = ", ".join(f"`{name}`" for name in of_objects)
        raise Unreadable(f"an object with several lists of records ({names}); write the one to train on as JSON lines")
    return Way(Kind.COLUMNS, encoding, is_plain=False) if _are_columns(list(whole.values())) else None


def is_dialogue(value: list[Any]) -> bool:
    """Whether these are turns of a dialogue, which one record has."""
    return all(isinstance(item, dict) and any(keys <= item.keys() for keys in TURN_KEYS) for item in value)


def _are_columns(values: list[Any]) -> bool:
    """Two or more, each with as many entries: lists, or objects whose keys are numbers (as pandas writes them)."""
    if len(values) > 1 and all(isinstance(value, list) for value in values):
        return len({len(value) for value in values}) == 1 and len(values[0]) > 0
    if values and all(isinstance(value, dict) and value for value in values):
        first = values[0].keys()
        return all(name.isdigit() for name in first) and all(value.keys() == first for value in values)
    return False
