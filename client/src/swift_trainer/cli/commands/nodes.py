"""`swt nodes`, and what an operator does to a node."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from swift_trainer.cli.arguments import Named
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, printable, show_fields, show_json, show_rows
from swift_trainer.cli.words import duration
from swift_trainer.sdk import SwiftTrainer
from swift_trainer.sdk.shapes import Json

COLUMNS = {
    "NODE": "name",
    "STATE": "state",
    "GPUS": "free",
    "HEARD": "heard",
    "JOBS": "holders",
    "SWIFT": "swift_version",
    "WHY": "reasons",
}


def node_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument NAME."""
    return click.argument("name", metavar="NAME", type=Named("a node"))(command)


@click.group(invoke_without_command=True)
@output_option
@click.pass_context
def nodes(ctx: click.Context, output: str) -> None:
    """List the nodes, how they are and why; or show, drain, undrain and forget one, or declare it lost."""
    if ctx.invoked_subcommand is not None:
        return
    connection: Connection = ctx.obj
    with connection.open() as client:
        found = client.nodes.list()
    show_rows([_row(node) for node in found], COLUMNS, output, found)


@nodes.command()
@node_argument
@output_option
@click.pass_obj
def show(connection: Connection, name: str, output: str) -> None:
    """Show one node: how it is, its GPUs, its ms-swift and the packages that it has beside it."""
    with connection.open() as client:
        found = client.nodes.get(name)
    show_fields(found if output == "json" else _for_people(found), output)


@nodes.command()
@node_argument
@click.option("--reason", default="", metavar="TEXT", help="Shown wherever the node is.")
@output_option
@click.pass_obj
def drain(connection: Connection, name: str, reason: str, output: str) -> None:
    """Place nothing more on a node until `undrain`; what runs there goes on."""
    _tell(connection, output, lambda client: client.nodes.drain(name, reason), f"{name} is drained")


@nodes.command()
@node_argument
@output_option
@click.pass_obj
def undrain(connection: Connection, name: str, output: str) -> None:
    """Let a node take work again."""
    _tell(connection, output, lambda client: client.nodes.undrain(name), f"{name} takes work again")


@nodes.command()
@node_argument
@click.option("--reason", default="", metavar="TEXT", help="Shown wherever the node is.")
@click.option("--force", is_flag=True, help="Although it is alive: all that it runs is ended.")
@output_option
@click.pass_obj
def lost(connection: Connection, name: str, reason: str, force: bool, output: str) -> None:
    """Declare lost a node that never comes back: its jobs are settled at once, its GPUs are free.

    Should it come back all the same, it ends what it still runs and registers anew.
    """
    with connection.open() as client:
        answer = client.nodes.lost(name, reason, force=force)
    if output == "json":
        show_json(answer)
        return
    click.echo(printable(f"{name} is declared lost"))
    for job in answer["jobs"]:
        click.echo(printable(f"{job['job_id']} {job['became']}"))


@nodes.command()
@node_argument
@click.pass_obj
def forget(connection: Connection, name: str) -> None:
    """Remove a node that is not there any more and holds nothing."""
    with connection.open() as client:
        client.nodes.forget(name)
    click.echo(printable(f"{name} forgotten"))


def _tell(connection: Connection, output: str, ask: Callable[[SwiftTrainer], Json], words: str) -> None:
    with connection.open() as client:
        answer = ask(client)
    if output == "json":
        show_json(answer)
    else:
        click.echo(printable(words))


def _for_people(node: Mapping[str, Any]) -> dict[str, Any]:
    """Names and versions on one line; those that quantise are among the packages."""
    packages = ", ".join(f"{name} {version}" for name, version in sorted((node.get("packages") or {}).items()))
    return {**{name: value for name, value in node.items() if name != "quantizer_packages"}, "packages": packages}


def _row(node: Mapping[str, Any]) -> dict[str, Any]:
    gpus = node.get("gpus") or {}
    return {
        **node,
        "free": f"{gpus.get('free', 0)}/{gpus.get('total', 0)} free",
        "heard": f"{duration(node.get('heartbeat_age_seconds') or 0)} ago",
        "holders": ", ".join([*node.get("jobs", []), *(f"{job_id} (held)" for job_id in node.get("held_by", []))]),
        "reasons": "; ".join(node.get("why", [])),
    }
