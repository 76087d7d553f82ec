"""`swt queue`."""

import click

from client.cli.connection import Connection
from client.cli.output import output_option, show_rows

COLUMNS = {
    "POSITION": "queue_position",
    "JOB": "job_id",
    "PRIORITY": "priority",
    "CREATED": "created_at",
    "STARTS": "estimated_start_at",
    "WHY": "why",
}


@click.command()
@output_option
@click.pass_obj
def queue(connection: Connection, output: str) -> None:
    """List the jobs that wait, the next one first."""
    with connection.open() as client:
        items = client.queue.list()
    show_rows([{**item, "why": item.get("message") or item.get("reason")} for item in items], COLUMNS, output, items)
