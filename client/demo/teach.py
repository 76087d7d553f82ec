"""The demonstration's training, which teaches the model: posted, followed to its end, and stopped when that does not
come.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx2
from rich.console import Console

from client.demo.curl import as_curl
from client.demo.follow import follow
from client.stack.errors import StackError
from client.stack.prepare import API_KEY_FILE
from client.stack.running_jobs import path_of, stop_jobs
from client.stack.settings import StackSettings

LINES_SHOWN = 20


def train(
    client: httpx2.Client,
    settings: StackSettings,
    body: dict[str, Any],
    console: Console,
    look_after: Callable[[], None],
) -> dict[str, Any]:
    """Post the job and follow it to its end; whatever goes wrong, it does not go on without us. Raises StackError."""
    console.print("[bold]3.[/] The job is posted, as this would do:")
    show_request(settings, "training/jobs", body, console)
    job_id = str(post(client, "training/jobs", body)["job_id"])
    console.print(f"[bold]4.[/] Job {job_id} is followed")
    try:
        job = follow(client, job_id, console, look_after)
    except BaseException:
        with suppress(httpx2.HTTPError):
            stop_jobs(client, [job_id], console.print)
        raise
    if job["status"] != "completed" or not job.get("export_path"):
        raise StackError(why_it_failed(client, job))
    console.print(f"   exported to {job['export_path']}", markup=False)
    return job


def show_request(settings: StackSettings, path: str, body: dict[str, Any], console: Console) -> None:
    """Print a POST as a command to paste."""
    curl = as_curl(f"{settings.url}{settings.api_prefix}/{path}", settings.data_dir / API_KEY_FILE, body)
    console.print(curl, markup=False, soft_wrap=True, style="dim")


def post(client: httpx2.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What was answered; raises StackError for a refusal."""
    response = client.post(path, json=body)
    if response.status_code != 201:
        raise StackError(f"the API refused it, HTTP {response.status_code}: {response.text}")
    answer: dict[str, Any] = response.json()
    return answer


def why_it_failed(client: httpx2.Client, job: dict[str, Any]) -> str:
    """The cause, with the last lines of the log."""
    logs = client.get(f"{path_of(job['job_id'])}/logs", params={"limit": LINES_SHOWN})
    lines = logs.json().get("logs", []) if logs.is_success else []
    cause = job.get("error_message") or job.get("export_error") or job.get("reason") or "no cause was given"
    return "\n".join([f"{job['job_id']} is {job['status']}: {cause}", *(f"  {line}" for line in lines)])
