"""`swt doctor`."""

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_rows

COLUMNS = {"SEVERITY": "severity", "CODE": "code", "MESSAGE": "message"}
UNWELL = 1


@click.command()
@output_option
@click.pass_context
def doctor(ctx: click.Context, output: str) -> None:
    """List what is wrong with the service, the worst first. Ends with 1 unless all is well; notes are no trouble.

    Silent nodes and the jobs on them, jobs that were recovered, a Redis that was emptied or may lose data, records that
    contradict one another. Needs a key with scope admin.
    """
    connection: Connection = ctx.obj
    with connection.open() as client:
        found = client.doctor()
    if found["findings"] or output == "json":
        show_rows(found["findings"], COLUMNS, output, found)
    else:
        click.echo("all is well")
    if not found["healthy"]:
        ctx.exit(UNWELL)
