"""`swt models` and `swt rollback`."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, printable, show_json, show_rows
from swift_trainer.cli.words import note
from swift_trainer.sdk.shapes import ModelDetail

COLUMNS = {"MODEL": "name", "ANSWERS": "active", "WANTED": "wanted", "BEFORE": "previous", "CHANGED": "changed_at"}
VERSION_COLUMNS = {
    "VERSION": "version",
    "ROLE": "role",
    "DEPLOYMENT": "job_id",
    "STATUS": "status",
    "ENDPOINT": "endpoint",
    "NOTE": "note",
}
ROLES = {"active": "answers", "wanted": "wanted", "previous": "before"}


@click.command()
@click.argument("name", metavar="[MODEL]", required=False)
@output_option
@click.pass_obj
def models(connection: Connection, name: str | None, output: str) -> None:
    """List the names that deployments have, and which version of each answers; or the versions of MODEL."""
    with connection.open() as client:
        if name is None:
            show_rows(client.models.list(), COLUMNS, output)
            return
        detail = client.models.get(name)
    show_rows(list(_versions(detail)), VERSION_COLUMNS, output, data=detail)


@click.command()
@click.argument("name", metavar="MODEL")
@click.argument("version", required=False)
@output_option
@click.pass_obj
def rollback(connection: Connection, name: str, version: str | None, output: str) -> None:
    """Let VERSION of MODEL, or the one before, answer again; the present one goes on until it does."""
    with connection.open() as client:
        done = client.models.rollback(name, version)
    if output == "json":
        show_json(done)
    else:
        click.echo(printable(done["message"]))


def _versions(detail: ModelDetail) -> Iterator[Mapping[str, Any]]:
    """A row for each deployment; a version without any is told, too."""
    model: Mapping[str, Any] = detail["model"]
    for version in detail["versions"]:
        role = next((word for field, word in ROLES.items() if model.get(field) == version["version"]), "")
        own = {"version": version["version"], "role": role}
        for found in version["deployments"] or [{}]:
            yield {**found, **own, "note": note(found)}
