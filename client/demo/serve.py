"""The demonstration's deployment: what was trained is served for real, and stopped whatever happens."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from rich.console import Console

from client.demo.follow import read_job
from client.demo.teach import post, show_request, why_it_failed
from client.stack.errors import StackError
from client.stack.running_jobs import stop_jobs
from client.stack.settings import StackSettings
from swift_trainer.sdk.shapes import FINAL

NAME = "swifty"
POLL_SECONDS = 0.25
START_SECONDS = 600.0  # a busy machine needs minutes to import what a server needs


@contextmanager
def served(
    client: httpx2.Client, settings: StackSettings, job_id: str, console: Console, look_after: Callable[[], None]
) -> Iterator[Callable[[], dict[str, Any]]]:
    """Deploy what the job made. Yields what waits until it answers; at the end it is stopped. Raises StackError."""
    body = {"model_path": job_id, "name": NAME}
    console.print("[bold]5.[/] Its model is deployed, as this would do:")
    show_request(settings, "deploy/jobs", body, console)
    made = post(client, "deploy/jobs", body)
    try:
        yield lambda: made | _wait_until_it_answers(client, made["job_id"], console, look_after)
    finally:
        left = stop_jobs(client, [made["job_id"]], lambda text: console.print(f"   {text}"))
    if left:
        raise StackError(f"{made['job_id']} did not stop in time")


def _wait_until_it_answers(
    client: httpx2.Client, job_id: str, console: Console, look_after: Callable[[], None]
) -> dict[str, Any]:
    told, deadline = "", time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        look_after()
        seen = read_job(client, job_id)
        if seen["status"] != told:
            told = seen["status"]
            console.print(f"   {job_id} is {told}", markup=False)
        if told == "running":
            return seen
        if told in FINAL:
            raise StackError(why_it_failed(client, seen))
        time.sleep(POLL_SECONDS)
    raise StackError(f"{job_id} did not answer within {START_SECONDS:.0f} s: {why_it_failed(client, seen)}")
