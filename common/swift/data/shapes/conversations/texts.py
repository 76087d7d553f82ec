"""Texts in a record, in the forms in which they come: plain, as numbers, as parts, as a list written out."""

import ast
import json
from collections.abc import Mapping

from ..unfit import Unfit, shown


def text_of(value: object, column: str) -> str:
    """A text; numbers are written out, parts are joined. Raises Unfit for what is no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    if isinstance(value, list) and value and all(is_part(part) for part in value):
        return joined(value)
    raise Unfit(f"column {column}: {shown(value)} is no text")


def has_text(value: object) -> bool:
    """Whether there is more than blanks."""
    return bool(value) and not (isinstance(value, str) and value.isspace())


def is_part(part: object) -> bool:
    """Whether it is a part of text. Arrow gives each part the keys of all, such as "image": None."""
    return isinstance(part, Mapping) and part.get("type") in {"text", None} and isinstance(part.get("text"), str)


def joined(parts: list[Mapping[str, str]]) -> str:
    """The text of parts that are all text."""
    return "".join(part["text"] for part in parts)


def parsed(text: str) -> object:
    """What a text stands for, as JSON or as Python writes it; the text itself if neither."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return text
