"""`swt check`: what would become of a job, without submitting it."""

import io
import shlex
from collections.abc import Mapping
from typing import Any

import click

from swift_trainer.cli.bodies import read_job_file
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.exits import Exit
from swift_trainer.cli.output import output_option, printable, show_json

GIB = 1024**3


@click.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@output_option
@click.pass_context
def check(ctx: click.Context, file: io.TextIOBase, output: str) -> None:
    """Check the job that FILE describes ('-' is stdin): its data, model and options, what it would run and need.

    Exits with 0 when it could be submitted, with 4 when not.
    """
    connection: Connection = ctx.obj
    with connection.open() as client:
        told = client.jobs.validate(read_job_file(file))
    if output == "json":
        show_json(told)
    else:
        _show(told)
    if not told["valid"]:
        ctx.exit(Exit.REFUSED)


def _show(told: Mapping[str, Any]) -> None:
    for error in told["errors"]:
        click.echo(printable(f"wrong    {error['field']}: {error['message']}"))
    for note in told["notes"]:
        click.echo(printable(f"note     {note}"))
    if told["valid"]:
        click.echo(printable(f"command  python {shlex.join(told['command'])}"))
        click.echo(printable(f"steps    {_steps(told['steps'])}"))
        click.echo(printable(f"memory   {_memory(told['memory'])}"))


def _steps(estimate: Mapping[str, Any]) -> str:
    return estimate["basis"] if estimate["steps"] is None else f"{estimate['steps']} ({estimate['basis']})"


def _memory(estimate: Mapping[str, Any]) -> str:
    needed = estimate["bytes_per_gpu"]
    return estimate["basis"] if needed is None else f"{needed / GIB:.1f} GiB on each GPU ({estimate['basis']})"
