"""`swt deployments`."""

from collections.abc import Mapping
from typing import Any

import click

from swift_trainer.cli.arguments import JobId
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_fields, show_rows
from swift_trainer.cli.words import note

STATUSES = ("pending", "queued", "assigned", "starting", "running", "stopped", "failed")
COLUMNS = {
    "DEPLOYMENT": "job_id",
    "STATUS": "status",
    "NAME": "name",
    "VERSION": "version",
    "TARGET": "deploy_target",
    "NODE": "node",
    "ENDPOINT": "endpoint",
    "CREATED": "created_at",
    "NOTE": "note",
}


@click.command()
@click.argument("job_id", metavar="[ID]", type=JobId(), required=False)
@click.option("--status", type=click.Choice(STATUSES), help="Only deployments in this state.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most this many.")
@output_option
@click.pass_obj
def deployments(connection: Connection, job_id: str | None, status: str | None, limit: int, output: str) -> None:
    """List deployments, newest first, each replica on its own; or show deployment ID."""
    with connection.open() as client:
        if job_id is not None:
            show_fields(client.deployments.get(job_id), output)
            return
        found = list(client.deployments.list(status=status, limit=limit))
    show_rows([_row(deployment) for deployment in found], COLUMNS, output, data=found)


def _row(deployment: Mapping[str, Any]) -> dict[str, Any]:
    return {**deployment, "note": note(deployment)}
