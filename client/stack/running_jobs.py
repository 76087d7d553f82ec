"""The jobs that run when a stack stops: counted, or stopped first through the API."""

import time
from collections.abc import Callable
from typing import Any

import httpx2

from client.stack.settings import StackSettings

PLACED = ("assigned", "running")
FINAL = frozenset({"completed", "failed", "cancelled"})
POLL_SECONDS = 0.2
STOP_SECONDS = 120.0
PAGE_SIZE = 100


def api_client(settings: StackSettings) -> httpx2.Client:
    """A client of this stack's API; proxies of the environment are not for a server on this machine."""
    return httpx2.Client(
        base_url=f"{settings.url}{settings.api_prefix}/training/",
        headers={"Authorization": f"Bearer {settings.api_key}"},
        timeout=10.0,
        trust_env=False,
    )


def placed_jobs(client: httpx2.Client) -> list[str]:
    """The ids of the jobs that hold GPUs, at most one page of each state."""
    return [
        job["job_id"]
        for state in PLACED
        for job in _json(client.get("jobs", params={"status": state, "size": PAGE_SIZE}))["jobs"]
    ]


def stop_jobs(client: httpx2.Client, job_ids: list[str], say: Callable[[str], None]) -> list[str]:
    """Ask each to stop and wait until it has ended; returns those that had not when the time was over."""
    for job_id in job_ids:
        say(f"stopping job {job_id}")
        _json(client.post(f"jobs/{job_id}/stop"))
    deadline = time.monotonic() + STOP_SECONDS
    left = list(job_ids)
    while left and time.monotonic() < deadline:
        left = [job_id for job_id in left if not _has_ended(_json(client.get(f"jobs/{job_id}")))]
        time.sleep(POLL_SECONDS if left else 0)
    return left


def _has_ended(job: dict[str, Any]) -> bool:
    return job["status"] in FINAL


def _json(response: httpx2.Response) -> dict[str, Any]:
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer
