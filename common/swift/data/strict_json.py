"""JSON as the libraries behind ms-swift take it: no key twice, no half of a surrogate pair; else they end without a
line, or leave something out.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .something_else import ZEROS
from .unreadable import EXCERPT_CHARACTERS, excerpt

HALF = re.compile("[\ud800-\udfff]")
# What Arrow, through which `datasets` hands on all rows, takes in one column.
MAX_DEPTH = 62
TOO_DEEP = (
    f"not JSON that can be read, its lists and objects are nested deeper than the {MAX_DEPTH} levels that `datasets`"
    " reads"
)
ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class NotJson(Exception):
    """What is wrong with a text that should be JSON, as a sentence's second half."""


class _Twice(Exception):
    pass


def parsed(text: str) -> Any:
    """The value. Raises NotJson."""
    try:
        value = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        if "\0" in text:
            raise NotJson(ZEROS) from error
        what = error.msg.removesuffix(" at")  # of a text that does not end
        hint = "; the line is cut off" if _is_cut(text, error) else _behind(text, error)
        raise NotJson(f"not JSON: {what} at column {error.colno}: {excerpt(text)}{hint}") from error
    except _Twice as twice:
        raise NotJson(str(twice)) from twice
    except RecursionError as error:
        raise NotJson(f"{TOO_DEEP}: {excerpt(text)}") from error
    except ValueError as error:  # a number of thousands of digits
        raise NotJson(f"not JSON that can be read: {excerpt(text)}") from error
    refuse_halves(text, value)
    return value


def _behind(text: str, error: json.JSONDecodeError) -> str:
    """The way out of what stands behind a whole record."""
    rest = text[error.pos :].lstrip() if error.msg == "Extra data" and text.lstrip().startswith("{") else ""
    if rest == ",":
        return "; take the comma from the end of each line"
    return "; put each record in a line of its own, as `jq -c .` does" if rest.startswith("{") else ""


def refuse_halves(text: str, value: Any) -> None:
    """Raises NotJson where the value, which the text has, holds half a character: no encoding can write it."""
    if ESCAPED_HALF.search(text) and (found := _half_in(value)):
        why = f"half a character, {ascii(found)[1:-1]}: of a surrogate pair both halves have to be there"
        raise NotJson(why)


def refuse_depth(record: Mapping[str, Any]) -> None:
    """Raises NotJson where a column of the record holds more lists and objects within each other than are read."""
    for name, value in record.items():
        level, depth = [value], 0
        while level := [item for item in level if isinstance(item, dict | list)]:
            depth += 1
            if depth > MAX_DEPTH:
                named = excerpt(name)
                raise NotJson(
                    f"the column `{named}` is nested deeper than the {MAX_DEPTH} levels that `datasets` reads"
                )
            level = [each for item in level for each in (item.values() if isinstance(item, dict) else item)]


def json_kind(value: object) -> str:
    """What a JSON value is, in words that are nobody's language."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "text"
        case int() | float():
            return "number"
        case list():
            return "list"
        case _:
            return "object"


def decoder() -> json.JSONDecoder:
    """For values one after the other; raises what `json` raises, and for keys `as_not_json` knows."""
    return json.JSONDecoder(object_pairs_hook=_object)


def as_not_json(error: Exception) -> NotJson | None:
    """The sentence on an error of that decoder other than a JSONDecodeError."""
    if isinstance(error, _Twice):
        return NotJson(str(error))
    if isinstance(error, RecursionError):
        return NotJson(TOO_DEEP)
    return NotJson("not JSON that can be read") if isinstance(error, ValueError) else None


def _is_cut(text: str, error: json.JSONDecodeError) -> bool:
    return text.startswith("{") and (error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip()))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Twice(f"the key {twice[:EXCERPT_CHARACTERS]!r} is there twice in one object")
    return found


def _half_in(value: Any) -> str:
    rest: list[Any] = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, str):
            if found := HALF.search(item):
                return found[0]
        elif isinstance(item, dict):
            rest += _flat(item)
        elif isinstance(item, list):
            rest += item
    return ""


def _flat(item: dict[str, Any]) -> Iterable[Any]:
    return [*item, *item.values()]
