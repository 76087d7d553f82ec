"""The live progress bar; log lines scroll above it."""

import sys
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text

from swift_trainer.cli.output import printable, write_log
from swift_trainer.cli.words import View, percent, summary


class Bar:
    """Draws on stderr. When stdout is a terminal too, it has to print the log itself, or the two would overwrite."""

    def __init__(self, job_id: str, console: Console | None = None) -> None:
        self._progress = Progress(
            TextColumn("{task.fields[job_id]}", markup=False),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TextColumn("{task.description}", markup=False),
            console=console or Console(stderr=True),
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("asking", total=None, job_id=printable(job_id))
        self._unfinished_line = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._unfinished_line:
            self.write("\n")
        self._progress.stop()

    def update(self, job: View) -> None:
        # A total of None makes the bar pulse: the job waits, or has not said how many steps it has.
        total = 100 if percent(job) or job.get("status") == "completed" else None
        self._progress.update(self._task, description=printable(summary(job)), total=total, completed=percent(job))

    def write(self, text: str) -> None:
        if not sys.stdout.isatty():
            write_log(text)
            return
        *lines, self._unfinished_line = (self._unfinished_line + text).split("\n")
        for line in lines:
            self._progress.console.print(_as_seen(line), soft_wrap=True)


def _as_seen(line: str) -> Text:
    """What a terminal would show: rich keeps what is behind the last carriage return, and colours, but no moves."""
    # A return at the very end erases nothing.
    return Text.from_ansi(line.rstrip("\r"))
