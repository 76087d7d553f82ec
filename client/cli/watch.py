"""Stay with a job until it has ended, with a deployment until it answers: progress, log, result as exit code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from client.cli.exits import BY_STATUS, Exit
from client.cli.output import show_json
from client.cli.plain import printable
from client.cli.progress import Reporter, View
from client.cli.words import outcome
from client.cli.workloads import verbs_for
from client.sdk import LogPage, LogPosition, SwiftTrainer

POLL_SECONDS = 1.0
# Log bytes travel beside the state, so the last of them may come a little after the end.
LAST_LOG_SECONDS = 15.0


def watch(client: SwiftTrainer, job_id: str, timeout: float | None, reporter: Reporter) -> View:
    """The job that has ended, or the deployment that answers, with its progress reported until then."""
    job: View = {}
    with reporter:
        for job in verbs_for(client, job_id).watch(job_id, timeout, POLL_SECONDS):
            reporter.update(job)
    return job


def follow(client: SwiftTrainer, job_id: str, timeout: float | None, reporter: Reporter) -> View:
    """As watch, and the whole log goes to the reporter as it grows."""
    job: View = {}
    position = LogPosition()
    with reporter:
        for job in client.jobs.watch(job_id, timeout, POLL_SECONDS):
            position = read_new(client, job_id, position, reporter.write)
            reporter.update(job)
        give_up_at = client.clock.now() + LAST_LOG_SECONDS
        while not position.ended and client.clock.now() < give_up_at:
            client.clock.sleep(POLL_SECONDS)
            position = read_new(client, job_id, position, reporter.write)
    return job


def read_new(client: SwiftTrainer, job_id: str, position: LogPosition, write: Callable[[str], None]) -> LogPosition:
    """Write what the log holds behind `position`; the new position."""
    while not position.ended:
        page, after = verbs_for(client, job_id).read_log(job_id, position)
        tell_gaps(page, position.attempt)
        write(page.get("text", ""))
        if (after.attempt, after.offset) == (position.attempt, position.offset):
            return after
        position = after
    return position


def tell_gaps(page: LogPage, attempt_before: int | None) -> None:
    """Say on stderr where a new attempt starts and where the service has dropped the middle of a long log."""
    attempt = page.get("attempt")
    if attempt_before and attempt and attempt != attempt_before:
        click.echo(f"swt: the log of attempt {attempt} starts here", err=True)
    start, stop = page.get("truncated_from"), page.get("truncated_to")
    if start is not None and stop is not None and page["offset"] <= stop <= page["next_offset"]:
        click.echo(f"swt: {stop - start} bytes are not kept here; the job's node has the whole log", err=True)


def conclude(ctx: click.Context, job: View, output: str = "table", *, to_stderr: bool = False) -> None:
    """Print how the job ended and exit with its code."""
    if output == "json":
        show_json(job)
    else:
        click.echo(printable(f"{job['job_id']} {outcome(job)}"), err=to_stderr)
    if job["status"] == "failed":
        click.echo(printable(f"  its log: swt logs {job['job_id']}"), err=True)
    ctx.exit(BY_STATUS[job["status"]])


@contextmanager
def goes_on(ctx: click.Context, job_id: str) -> Iterator[None]:
    """Ctrl-C inside ends the watching, not the job: say so, and how to end that."""
    try:
        yield
    except KeyboardInterrupt:
        lines = (f"swt: {job_id} goes on", f"  stop it: swt stop {job_id}", f"  watch it: swt wait {job_id}")
        click.echo("\n" + "\n".join(printable(line) for line in lines), err=True)
        ctx.exit(Exit.INTERRUPTED)
