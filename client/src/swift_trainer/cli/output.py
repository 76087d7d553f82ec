"""Output: the one place that prints data: JSON for programs, columns for pipes, a coloured table for a terminal.

Nothing of it is what a terminal would take for a command.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

COLOURS = {
    "running": "cyan",
    "assigned": "cyan",
    "starting": "cyan",
    "completed": "green",
    "failed": "red",
    "cancelled": "yellow",
    "stopped": "yellow",
    "queued": "blue",
}

Rows = Sequence[Mapping[str, Any]]


def output_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `-o json|table`."""
    return click.option(
        "-o", "--output", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Form of data."
    )(command)


def show_json(data: Any) -> None:
    """One JSON document; non-ASCII text stays readable."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=not _speaks_unicode()))


def write_log(text: str) -> None:
    """Print a piece of a log on stdout as it is, colours included; it ends where it ends."""
    click.echo(text, nl=False, color=True)


def show_rows(rows: Rows, names: Mapping[str, str], output: str, data: Any = None) -> None:
    """Print rows; `names` maps a heading to the field below it. As JSON, `data` (or else the rows) in full."""
    if output == "json":
        show_json(rows if data is None else data)
    elif sys.stdout.isatty():
        _show_table(rows, names)
    else:
        click.echo(columns(rows, names))


def show_fields(record: Mapping[str, Any], output: str) -> None:
    """Print one record, a field on a line; empty fields only as JSON."""
    if output == "json":
        show_json(record)
        return
    filled = {name: value for name, value in record.items() if value not in (None, "", [], {})}
    width = max((len(name) for name in filled), default=0)
    for name, value in filled.items():
        click.echo(f"{printable(name).ljust(width)}  {cell(value)}")


def _show_table(rows: Rows, names: Mapping[str, str]) -> None:
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for rich
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(*names, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        cells = (cell(row.get(field)) for field in names.values())
        table.add_row(*(Text(text, style=COLOURS.get(text, "")) for text in cells))
    Console().print(table)


def _speaks_unicode() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"


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
