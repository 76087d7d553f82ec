"""Progress: tell people on stderr how a watched job goes, as the place allows: a live bar, a line now and then, or
nothing.
"""

import os
import sys
from collections.abc import Callable
from typing import Protocol, Self

import click

from swift_trainer.cli.output import printable, write_log
from swift_trainer.cli.words import View, percent, summary

STEP_PERCENT = 10.0
QUIET_SECONDS = 60.0


class Reporter(Protocol):
    """A context manager that is told each view of the job; `write` passes on what the job logged, on stdout."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None:
        """Clean up what is shown."""

    def update(self, job: View) -> None: ...

    def write(self, text: str) -> None: ...


def reporter_for(job_id: str, now: Callable[[], float], *, quiet: bool = False) -> Reporter:
    """What fits the place that stderr goes to."""
    if quiet:
        return Silence()
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        from swift_trainer.cli.bar import Bar  # noqa: PLC0415 - only a terminal pays for rich

        return Bar(job_id)
    return Lines(job_id, now)


class Silence:
    """Shows nothing but the log."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing to clean up."""

    def update(self, job: View) -> None:
        """Nothing to show."""

    def write(self, text: str) -> None:
        write_log(text)


class Lines(Silence):
    """A line when something is new, so that a CI log stays short: a state, ten percent, or a change in a minute."""

    def __init__(self, job_id: str, now: Callable[[], float]) -> None:
        self._job_id = job_id
        self._now = now
        self._told: View | None = None
        self._told_at = 0.0

    def update(self, job: View) -> None:
        if is_news(self._told, job, self._now() - self._told_at):
            self._told, self._told_at = job, self._now()
            click.echo(printable(f"{self._job_id}: {summary(job)}"), err=True)


def is_news(told: View | None, job: View, seconds_since: float) -> bool:
    """Whether this view differs enough from the one that was told that long ago."""
    if told is None or any(told.get(name) != job.get(name) for name in ("status", "phase", "attempt", "restarts")):
        return True
    if percent(job) - percent(told) >= STEP_PERCENT:
        return True
    return seconds_since >= QUIET_SECONDS and summary(job) != summary(told)
