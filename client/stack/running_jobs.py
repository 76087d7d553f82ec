"""The jobs and deployments that run when a stack stops: counted, or stopped first through the API."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import httpx2

from client.stack.settings import StackSettings
from swift_trainer.sdk.deployments import Deployments, is_deployment_id
from swift_trainer.sdk.jobs import Jobs
from swift_trainer.sdk.shapes import FINAL

PLACED = {Jobs.base_path: ("assigned", "running"), Deployments.base_path: ("assigned", "starting", "running")}
WAITING = {Jobs.base_path: ("pending", "queued"), Deployments.base_path: ("pending", "queued")}
POLL_SECONDS = 0.2
STOP_SECONDS = 120.0
PAGE_SIZE = 100


def api_client(settings: StackSettings) -> httpx2.Client:
    """A client of this stack's API; proxies of the environment are not for a server on this machine."""
    return httpx2.Client(
        base_url=f"{settings.url}{settings.api_prefix}/",
        headers={"Authorization": f"Bearer {settings.api_key}"},
        timeout=10.0,
        trust_env=False,
    )


def placed_jobs(client: httpx2.Client) -> list[str]:
    """The ids of the jobs and deployments that hold GPUs, at most one page of each state."""
    return list(_in_states(client, PLACED))


def waiting_jobs(client: httpx2.Client) -> list[str]:
    """The ids of the jobs and deployments that wait for GPUs or are held, at most one page of each state."""
    return list(_in_states(client, WAITING))


def stop_jobs(client: httpx2.Client, job_ids: list[str], say: Callable[[str], None]) -> list[str]:
    """Ask each to stop and wait until it has ended; returns those that had not when the time was over."""
    for job_id in job_ids:
        say(f"stopping {'deployment' if is_deployment_id(job_id) else 'job'} {job_id}")
        _json(client.post(f"{path_of(job_id)}/stop"))
    deadline = time.monotonic() + STOP_SECONDS
    left = list(job_ids)
    while left and time.monotonic() < deadline:
        left = [job_id for job_id in left if not _has_ended(_json(client.get(path_of(job_id))))]
        time.sleep(POLL_SECONDS if left else 0)
    return left


def path_of(job_id: str) -> str:
    """Where the API has the job or deployment of that id, below its prefix."""
    noun = Deployments if is_deployment_id(job_id) else Jobs
    return f"{noun.base_path.removeprefix('/')}/{job_id}"


def _in_states(client: httpx2.Client, states: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    for path, names in states.items():
        for state in names:
            page = _json(client.get(path.removeprefix("/"), params={"status": state, "size": PAGE_SIZE}))
            yield from (job["job_id"] for job in page["jobs"])


def _has_ended(job: dict[str, Any]) -> bool:
    return job["status"] in FINAL


def _json(response: httpx2.Response) -> dict[str, Any]:
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer
