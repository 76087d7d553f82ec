"""`swt audit`."""

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_rows

COLUMNS = {
    "AT": "at",
    "ACTOR": "actor",
    "METHOD": "method",
    "PATH": "path",
    "STATUS": "status",
    "TARGET": "target",
    "FROM": "address",
    "REQUEST": "request_id",
}


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most this many.")
@output_option
@click.pass_obj
def audit(connection: Connection, limit: int, output: str) -> None:
    """List who changed what, newest first, refused requests included. Needs a key with scope admin."""
    with connection.open() as client:
        entries = list(client.audit.list(limit))
    show_rows(entries, COLUMNS, output)
