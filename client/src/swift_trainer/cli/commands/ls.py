"""`swt ls`."""

from typing import Any

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_rows
from swift_trainer.cli.words import loss, note, percent

STATUSES = ("pending", "queued", "assigned", "running", "completed", "failed", "cancelled")
COLUMNS = {
    "JOB": "job_id",
    "STATUS": "status",
    "PRIORITY": "priority",
    "PROGRESS": "progress",
    "LOSS": "loss",
    "NODE": "node",
    "CREATED": "created_at",
    "NOTE": "note",
}


@click.command()
@click.option("--status", type=click.Choice(STATUSES), help="Only jobs in this state.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most this many.")
@output_option
@click.pass_obj
def ls(connection: Connection, status: str | None, limit: int, output: str) -> None:
    """List jobs."""
    with connection.open() as client:
        jobs = list(client.jobs.list(status=status, limit=limit))
    show_rows([_row(job) for job in jobs], COLUMNS, output, data=jobs)


def _row(job: Any) -> dict[str, Any]:
    return {**job, "progress": f"{percent(job):.0f}%", "loss": loss(job), "note": note(job)}
