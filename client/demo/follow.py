"""Follows one job through the API and shows it: a bar on a terminal, lines elsewhere."""

import time
from collections.abc import Callable
from typing import Any

import httpx2
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from client.stack.errors import StackError
from client.stack.running_jobs import path_of
from swift_trainer.sdk.shapes import FINAL

POLL_SECONDS = 0.25
PERCENT_PER_LINE = 20
# A busy machine needs minutes to import ms-swift, in which a job does not move.
STALLED_SECONDS = 600.0


def follow(client: httpx2.Client, job_id: str, console: Console, look_after: Callable[[], None]) -> dict[str, Any]:
    """The job when it has ended; `look_after` is called at each look and ends the following by raising."""
    show = _Bar(console) if console.is_terminal else _Lines(console)
    seen, changed_at = "", time.monotonic()
    with show:
        while True:
            look_after()
            job = read_job(client, job_id)
            show.update(job)
            if job["status"] in FINAL:
                return job
            if (now_seen := f"{job['progress']} {describe(job)}") != seen:
                seen, changed_at = now_seen, time.monotonic()
            elif time.monotonic() - changed_at > STALLED_SECONDS:
                raise StackError(
                    f"job {job_id} has not moved for {STALLED_SECONDS:.0f} s: {describe(job)}, {job['progress']} %"
                )
            time.sleep(POLL_SECONDS)


def read_job(client: httpx2.Client, job_id: str) -> dict[str, Any]:
    response = client.get(path_of(job_id))
    response.raise_for_status()
    job: dict[str, Any] = response.json()
    return job


def describe(job: dict[str, Any]) -> str:
    """Where the job is, in a few words: its phase when it runs, loss and remaining time when they are known."""
    words = [job.get("phase") or "run"] if job["status"] == "running" else [job["status"]]
    numbers = job.get("progress_detail") or {}
    if numbers.get("loss") is not None:
        words.append(f"loss {numbers['loss']:.3f}")
    if job["status"] == "running" and numbers.get("remaining_seconds"):
        words.append(f"{numbers['remaining_seconds']} s left")
    return ", ".join(words)


class _Bar:
    """A progress bar that is redrawn in place."""

    def __init__(self, console: Console) -> None:
        columns = (
            BarColumn(),
            TextColumn("{task.percentage:3.0f}%"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        self._progress = Progress(*columns, console=console)
        self._task: TaskID = self._progress.add_task("", total=100)

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def update(self, job: dict[str, Any]) -> None:
        self._progress.update(self._task, completed=job["progress"], description=describe(job))


class _Lines:
    """A line when the state or the phase changes and at each fifth of the way, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: tuple[object, ...] = ()

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def update(self, job: dict[str, Any]) -> None:
        step = (job["status"], job.get("phase"), int(job["progress"] // PERCENT_PER_LINE))
        if step != self._shown:
            self._shown = step
            self._console.print(f"  {job['progress']:5.1f} %  {describe(job)}", highlight=False)
