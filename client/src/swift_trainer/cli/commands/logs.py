"""`swt logs`."""

import click

from swift_trainer.cli.arguments import job_argument
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.log_pages import read_new, write_on
from swift_trainer.cli.output import output_option, show_json, write_log
from swift_trainer.cli.watch import goes_on
from swift_trainer.cli.workloads import verbs_for
from swift_trainer.sdk import LogPosition, SwiftTrainer

MOST_LINES = 1000


@click.command()
@job_argument
@click.option("-f", "--follow", "following", is_flag=True, help="Go on printing until it has ended.")
@click.option("-n", "--lines", type=click.IntRange(1, MOST_LINES), help="Only the newest lines of what there is now.")
@output_option
@click.pass_context
def logs(ctx: click.Context, job_id: str, following: bool, lines: int | None, output: str) -> None:
    """Print the log of the job or deployment ID, as far as the service keeps it.

    Exits with 0 however the job ended: `swt wait` is for its result.
    """
    if following and output == "json":
        raise click.UsageError("--follow prints text: it does not go with -o json.")
    connection: Connection = ctx.obj
    with connection.open() as client, goes_on(ctx, job_id):
        if output == "json":
            show_json(verbs_for(client, job_id).logs(job_id, lines or MOST_LINES))
            return
        position = _print_kept(client, job_id, lines)
        if following:
            write_on(client, job_id, position, write_log)


def _print_kept(client: SwiftTrainer, job_id: str, lines: int | None) -> LogPosition:
    if lines is None:
        return read_new(client, job_id, LogPosition(), write_log)
    kept: list[str] = []
    position = read_new(client, job_id, LogPosition(), kept.append)
    write_log(newest_lines("".join(kept), lines))
    return position


def newest_lines(text: str, count: int) -> str:
    """The end of the text. Only newlines count: a progress bar redraws itself with carriage returns on one line."""
    lines = text.split("\n")
    unfinished = 0 if lines[-1] else 1
    return "\n".join(lines[-count - unfinished :])
