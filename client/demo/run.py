"""`make demo`: the main way through the service, for real: a tiny model is trained over the API and then asked.

Exit code 0 only when the trained model gives the answer that it was taught and the untrained one does not.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import httpx2
from rich.console import Console

from client.demo import lesson
from client.demo.curl import as_curl
from client.demo.follow import follow
from client.demo.job import ANSWER, QUESTION, job_body
from client.stack.data_lock import locked, write_holder
from client.stack.errors import StackError
from client.stack.prepare import API_KEY_FILE, Wanted, prepare, swift_version
from client.stack.processes import stack_children
from client.stack.running_jobs import api_client, path_of, stop_jobs
from client.stack.settings import StackSettings, find_swift_python
from client.stack.stop_signals import stop_signals
from client.stack.supervisor import StopRequested, Supervisor

INTERRUPTED = 130
NVIDIA_DRIVER = Path("/proc/driver/nvidia/version")


@click.command()
@click.option(
    "--data-dir", type=click.Path(path_type=Path), default=Path(".demo"), show_default=True, help="Its folder."
)
def demo(data_dir: Path) -> None:
    """Train a tiny model through the API, on a stack of its own, and talk to it before and after."""
    console = Console(highlight=False)
    with stop_signals() as stop_requested:
        try:
            _demonstrate(data_dir.absolute(), console, stop_requested)
        except (StopRequested, StackError, httpx2.HTTPError) as problem:
            # Ctrl-C reaches the scripts in the foreground as well: their end is no failure then.
            if not stop_requested():
                raise click.ClickException(str(problem)) from problem
            console.print("interrupted: everything that was started has been stopped")
            sys.exit(INTERRUPTED)


def _demonstrate(data_dir: Path, console: Console, stop_requested: Callable[[], bool]) -> None:
    python = find_swift_python(os.environ, Path.cwd())
    version = swift_version(python)
    if version is None:
        raise StackError(f"{python} has no ms-swift: run `make swift-env` first")
    model, dataset = data_dir / "model", data_dir / "dataset.jsonl"

    console.print(f"[bold]1.[/] A tiny model and a data set for ms-swift {version}, in {data_dir}")
    lesson.make_model(python, model)
    lesson.make_dataset(python, dataset)
    console.print("[bold]2.[/] A stack of its own: Redis, the API, the scheduler, a worker")
    with _stack(data_dir, console, stop_requested) as (settings, supervisor):

        def look_after() -> None:
            if stop_requested():
                raise StopRequested
            supervisor.tick()

        # The service takes the job's id from the output folder: a new one each time.
        output_dir = data_dir / "outputs" / f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        body = job_body(str(model), str(dataset), str(output_dir))
        with api_client(settings) as client:
            job = _train(client, settings, body, console, look_after)
    console.print(f"[bold]5.[/] Both models are asked: {QUESTION}")
    _compare(python, model, Path(job["export_path"]), console)


@contextmanager
def _stack(
    data_dir: Path, console: Console, stop_requested: Callable[[], bool]
) -> Iterator[tuple[StackSettings, Supervisor]]:
    """The demonstration's own service; what listens or runs elsewhere on this machine is left alone."""

    def say(text: str) -> None:
        console.print(f"   {text}", markup=False)

    slots = "auto" if NVIDIA_DRIVER.exists() else "cpu:1"
    environ = {name: value for name, value in os.environ.items() if name != "API_KEY"}
    with locked(data_dir) as lock:
        settings = prepare(Wanted(data_dir, slots=slots, with_flower=False), environ, data_dir, say)
        write_holder(lock, settings.url)
        supervisor = Supervisor(stack_children(settings), say)
        supervisor.start(stop_requested)
        say(f"ready at {settings.url}; logs are in {data_dir / 'logs'}")
        try:
            yield settings, supervisor
        finally:
            supervisor.stop()


def _train(
    client: httpx2.Client,
    settings: StackSettings,
    body: dict[str, Any],
    console: Console,
    look_after: Callable[[], None],
) -> dict[str, Any]:
    """Post the job and follow it to its end; whatever goes wrong, it does not go on without us."""
    console.print("[bold]3.[/] The job is posted, as this would do:")
    curl = as_curl(f"{settings.url}{settings.api_prefix}/training/jobs", settings.data_dir / API_KEY_FILE, body)
    console.print(curl, markup=False, soft_wrap=True, style="dim")
    job_id = _submit(client, body)
    console.print(f"[bold]4.[/] Job {job_id} is followed")
    try:
        job = follow(client, job_id, console, look_after)
    except BaseException:
        with suppress(httpx2.HTTPError):
            stop_jobs(client, [job_id], console.print)
        raise
    if job["status"] != "completed" or not job.get("export_path"):
        raise StackError(_why_it_failed(client, job))
    console.print(f"   exported to {job['export_path']}", markup=False)
    return job


def _submit(client: httpx2.Client, body: dict[str, Any]) -> str:
    response = client.post("training/jobs", json=body)
    if response.status_code != 201:
        raise StackError(f"the API refused the job, HTTP {response.status_code}: {response.text}")
    return str(response.json()["job_id"])


def _why_it_failed(client: httpx2.Client, job: dict[str, Any]) -> str:
    logs = client.get(f"{path_of(job['job_id'])}/logs", params={"limit": 20})
    lines = logs.json().get("logs", []) if logs.is_success else []
    cause = job.get("error_message") or job.get("export_error") or job.get("reason") or "no cause was given"
    return "\n".join([f"job {job['job_id']} is {job['status']}: {cause}", *(f"  {line}" for line in lines)])


def _compare(python: Path, base: Path, trained: Path, console: Console) -> None:
    before, after = (lesson.ask(python, model, QUESTION) for model in (base, trained))
    console.print(f"   before: {before[:70]!r}\n   after:  {after[:70]!r}", markup=False, soft_wrap=True)
    if after != ANSWER or before == ANSWER:
        raise StackError(f"the trained model, and only it, should have answered {ANSWER!r}")
    console.print("[bold green]It learned that from you: every step was real.[/]")


if __name__ == "__main__":
    demo()
