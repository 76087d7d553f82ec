"""`swt prune`: retention, now."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_rows
from swift_trainer.sdk import SwiftTrainer
from swift_trainer.sdk.shapes import Json

WOULD_GO = {"KIND": "kind", "KEPT DAYS": "kept", "COUNT": "shown_count", "OLDEST": "oldest_at", "NEWEST": "newest_at"}
WENT = {"KIND": "kind", "KEPT DAYS": "kept", "COUNT": "count"}


@click.command()
@click.option("--dry-run", is_flag=True, help="Forget nothing: say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@output_option
@click.pass_obj
def prune(connection: Connection, dry_run: bool, yes: bool, output: str) -> None:
    """Forget now what is older than the service's settings say (RETENTION_JOBS_DAYS and the like).

    It asks before it does, unless you say --yes. What deployments, other jobs or silent nodes need stays, and no file
    of a training is removed. Needs a key with scope admin.
    """
    with connection.open() as client:
        if dry_run:
            _show_due(client.retention.due(), output)
            return
        if not yes:
            _ask(client)
        gone = _prune(client)
    show_rows([_row(kind) for kind in gone["kinds"]], WENT, output, gone)


def _ask(client: SwiftTrainer) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("there is nobody to ask: say --yes, or --dry-run to see what would go")
    due = client.retention.due()
    for kind in due["kinds"]:
        click.echo(f"{kind['kind']}: {_count(kind)}", err=True)
    click.confirm("Forget these?", abort=True, err=True)


def _prune(client: SwiftTrainer) -> Json:
    """All of it, request by request; whoever watches sees how far it is."""
    sums: dict[str, Any] = {}
    for answer in client.retention.prune():
        sums = _added(sums, answer["kinds"])
        if answer["more"] and sys.stderr.isatty():
            told = ", ".join(f"{kind['count']} {kind['kind']}" for kind in sums.values() if kind["count"])
            click.echo(f"so far: {told}", err=True)
    return {"dry_run": False, "kinds": list(sums.values())}


def _added(sums: Mapping[str, Json], kinds: Iterable[Json]) -> dict[str, Any]:
    before = {name: kind["count"] for name, kind in sums.items()}
    return {kind["kind"]: {**kind, "count": kind["count"] + before.get(kind["kind"], 0)} for kind in kinds}


def _show_due(due: Json, output: str) -> None:
    rows = [{**_row(kind), "shown_count": _count(kind)} for kind in due["kinds"]]
    show_rows(rows, WOULD_GO, output, due)


def _row(kind: Mapping[str, Any]) -> dict[str, Any]:
    return {**kind, "kept": kind["kept_days"] or "for ever"}


def _count(kind: Mapping[str, Any]) -> str:
    return f"{kind['count']} or more" if kind["is_least"] else str(kind["count"])
