"""`swt priority`."""

import click

from client.cli.arguments import job_argument
from client.cli.connection import Connection
from client.cli.output import output_option, show_rows

COLUMNS = {"JOB": "job_id", "STATUS": "status", "PRIORITY": "priority"}


@click.command()
@job_argument
@click.argument("priority", type=click.IntRange(0, 10))
@output_option
@click.pass_obj
def priority(connection: Connection, job_id: str, priority: int, output: str) -> None:
    """Change the PRIORITY (0 to 10, 10 goes first) of a job that waits; among equals it keeps its turn."""
    with connection.open() as client:
        job = client.jobs.set_priority(job_id, priority)
    show_rows([job], COLUMNS, output, job)
