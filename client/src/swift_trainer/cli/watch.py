"""Watch a job until it has ended, a deployment until it answers: progress, log, result as exit code."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from swift_trainer.cli.exits import BY_STATUS, Exit
from swift_trainer.cli.log_beside import LogBeside
from swift_trainer.cli.output import printable, show_json
from swift_trainer.cli.progress import Reporter
from swift_trainer.cli.words import View, outcome
from swift_trainer.cli.workloads import verbs_for
from swift_trainer.sdk import SwiftTrainer

POLL_SECONDS = 1.0


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
    with reporter, LogBeside(client, job_id, reporter.write) as log:
        for job in client.jobs.watch(job_id, timeout, POLL_SECONDS):
            reporter.update(job)
            log.check()
        log.finish()
    return job


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
