"""`make demo`: the main way through the service, for real: a tiny model is trained over the API, served and asked.

Exit code 0 only when the served model gives the answer that it was taught and the untrained one does not.
"""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx2
from rich.console import Console

from client.demo import lesson
from client.demo.ask_openai import ask, check_client
from client.demo.job import ANSWER, QUESTION, job_body
from client.demo.serve import served
from client.demo.teach import train
from client.stack.data_lock import locked, write_holder
from client.stack.errors import StackError
from client.stack.prepare import Wanted, prepare, swift_version
from client.stack.processes import stack_children
from client.stack.running_jobs import api_client, placed_jobs, stop_jobs, waiting_jobs
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
    """Train and serve a tiny model through the API, on a stack of its own, and talk to it before and after."""
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
    check_client()
    python = find_swift_python(os.environ, Path.cwd())
    version = swift_version(python)
    if version is None:
        raise StackError(f"{python} has no ms-swift: run `make swift-env` first")
    model, dataset = data_dir / "model", data_dir / "dataset.jsonl"

    console.print(f"[bold]1.[/] A tiny model and a data set for ms-swift {version}, in {data_dir}")
    lesson.make_model(python, model)
    lesson.make_dataset(python, dataset)
    console.print("[bold]2.[/] A stack of its own: Redis, API, scheduler, deployer, gateway, worker, duties")
    with _stack(data_dir, console, stop_requested) as (settings, supervisor), api_client(settings) as client:

        def look_after() -> None:
            if stop_requested():
                raise StopRequested
            supervisor.tick()

        stop_jobs(client, [*waiting_jobs(client), *placed_jobs(client)], lambda text: console.print(f"   {text}"))
        # The service takes the job's id from the output folder: a new one each time.
        output_dir = data_dir / "outputs" / f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        body = job_body(str(model), str(dataset), str(output_dir))
        job = train(client, settings, body, console, look_after)
        # The untrained model is asked while the server of the trained one loads.
        with ThreadPoolExecutor(1) as beside, served(client, settings, job["job_id"], console, look_after) as wait:
            before = beside.submit(lesson.ask, python, model, QUESTION)
            answering = wait()
            where = f"the gateway, {settings.gateway_url}"
            console.print(f"[bold]6.[/] OpenAI's client asks it through {where}: {QUESTION}", soft_wrap=True)
            after = ask(settings.gateway_url, settings.api_key, answering["name"], QUESTION)
            _compare(before.result(), after, console)
    console.print("[bold green]It learned that from you: every step was real.[/]")


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


def _compare(before: str, after: str, console: Console) -> None:
    console.print(f"   before: {before[:70]!r}\n   after:  {after[:70]!r}", markup=False, soft_wrap=True)
    if after != ANSWER or before == ANSWER:
        raise StackError(f"the trained model, and only it, should have answered {ANSWER!r}")


if __name__ == "__main__":
    demo()
