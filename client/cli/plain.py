"""Text for pipes and for people: aligned columns, and nothing that a terminal would take for a command."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def printable(text: str) -> str:
    """The text with control characters replaced: names and messages come from others, and terminals obey escapes."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def cell(value: Any) -> str:
    """One value as a table shows it."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (dict, list)):
        return printable(json.dumps(value, ensure_ascii=False))
    return printable(f"{value:g}" if isinstance(value, float) else str(value))


def columns(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Rows as aligned columns that `awk` can split; `names` maps a heading to the field below it."""
    table = [list(names), *([cell(row.get(field)) for field in names.values()] for row in rows)]
    widths = [max(len(line[index]) for line in table) for index in range(len(names))]
    return "\n".join(_aligned(line, widths) for line in table)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
