"""The one place that prints data: JSON for programs, columns for pipes, a coloured table for a terminal."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from client.cli.plain import cell, columns, printable

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
