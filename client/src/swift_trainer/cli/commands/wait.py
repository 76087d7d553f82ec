"""`swt wait`."""

import click

from swift_trainer.cli.arguments import job_argument, timeout_option
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.exits import BY_STATUS
from swift_trainer.cli.output import output_option
from swift_trainer.cli.progress import reporter_for
from swift_trainer.cli.watch import conclude, goes_on, watch


@click.command()
@job_argument
@timeout_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells.")
@output_option
@click.pass_context
def wait(ctx: click.Context, job_id: str, timeout: float | None, quiet: bool, output: str) -> None:
    """Wait for job ID to end, or for deployment ID to answer, showing its progress.

    Exit code: 0 completed or answers, 1 failed, 3 cancelled or stopped, 124 timed out. Ctrl-C ends the waiting only.
    """
    connection: Connection = ctx.obj
    with connection.open() as client, goes_on(ctx, job_id):
        job = watch(client, job_id, timeout, reporter_for(job_id, client.clock.now, quiet=quiet))
    if quiet:
        ctx.exit(BY_STATUS[job["status"]])
    conclude(ctx, job, output)
