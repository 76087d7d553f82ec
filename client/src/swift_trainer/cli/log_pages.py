"""Print a job's log, page by page, and tell what is missing of it."""

from collections.abc import Callable

import click

from swift_trainer.cli.workloads import verbs_for
from swift_trainer.sdk import LogPage, LogPosition, SwiftTrainer


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


def write_on(
    client: SwiftTrainer,
    job_id: str,
    position: LogPosition,
    write: Callable[[str], None],
    goes_on: Callable[[], bool] = lambda: True,
) -> None:
    """Write the log behind `position` as it grows, until its end or until it need not go on."""
    before = position.attempt
    for page in verbs_for(client, job_id).follow_log(job_id, position, goes_on=goes_on):
        tell_gaps(page, before)
        write(page.get("text", ""))
        before = page.get("attempt")


def tell_gaps(page: LogPage, attempt_before: int | None) -> None:
    """Say on stderr where a new attempt starts and where the service has dropped the middle of a long log."""
    attempt = page.get("attempt")
    if attempt_before and attempt and attempt != attempt_before:
        click.echo(f"swt: the log of attempt {attempt} starts here", err=True)
    start, stop = page.get("truncated_from"), page.get("truncated_to")
    if start is not None and stop is not None and page["offset"] <= stop <= page["next_offset"]:
        click.echo(f"swt: {stop - start} bytes are not kept here; the job's node has the whole log", err=True)
