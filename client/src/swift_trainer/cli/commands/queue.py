"""`swt queue`, and what steers it."""

from collections.abc import Callable

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, printable, show_json, show_rows
from swift_trainer.sdk import SwiftTrainer
from swift_trainer.sdk.shapes import Json

COLUMNS = {
    "POSITION": "queue_position",
    "JOB": "job_id",
    "PRIORITY": "priority",
    "CREATED": "created_at",
    "STARTS": "estimated_start_at",
    "WHY": "why",
}


@click.group(invoke_without_command=True)
@output_option
@click.pass_context
def queue(ctx: click.Context, output: str) -> None:
    """List the jobs that wait, the next one first; or steer the placing of jobs."""
    if ctx.invoked_subcommand is not None:
        return
    connection: Connection = ctx.obj
    with connection.open() as client:
        items = client.queue.list()
    show_rows([{**item, "why": item.get("message") or item.get("reason")} for item in items], COLUMNS, output, items)


@queue.command()
@output_option
@click.pass_obj
def pause(connection: Connection, output: str) -> None:
    """Place nothing more until `resume`; what runs goes on."""
    _tell(connection, output, lambda client: client.queue.pause())


@queue.command()
@output_option
@click.pass_obj
def resume(connection: Connection, output: str) -> None:
    """Place jobs again."""
    _tell(connection, output, lambda client: client.queue.resume())


@queue.command()
@output_option
@click.pass_obj
def process(connection: Connection, output: str) -> None:
    """Look at the queue now, and say what came of it."""
    _tell(connection, output, lambda client: client.queue.process())


@queue.command()
@output_option
@click.pass_obj
def status(connection: Connection, output: str) -> None:
    """Say whether jobs are placed, and what the last pass did."""
    with connection.open() as client:
        answer = client.queue.processor()
    if output == "json":
        show_json(answer)
    elif answer["running"]:
        click.echo("jobs are placed")
    else:
        click.echo(printable(f"placing is paused since {answer['paused_at']}, by {answer['by']}"))


def _tell(connection: Connection, output: str, ask: Callable[[SwiftTrainer], Json]) -> None:
    with connection.open() as client:
        answer = ask(client)
    if output == "json":
        show_json(answer)
    else:
        click.echo(printable(answer["message"]))
