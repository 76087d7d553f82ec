"""`swt events`."""

import click

from swift_trainer.cli.arguments import job_argument
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_rows
from swift_trainer.cli.workloads import verbs_for

COLUMNS = {"TIME": "timestamp", "EVENT": "type", "MESSAGE": "message"}


@click.command()
@job_argument
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="At most this many.")
@output_option
@click.pass_obj
def events(connection: Connection, job_id: str, limit: int, output: str) -> None:
    """List what happened to the job or deployment ID."""
    with connection.open() as client:
        show_rows(verbs_for(client, job_id).events(job_id, limit), COLUMNS, output)
