"""Runs a stack in the foreground until somebody asks it to stop, and says what happens meanwhile."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import httpx2
from rich.console import Console

from client.stack import panel
from client.stack.credentials_file import hand_over, remember_credentials
from client.stack.data_lock import locked, write_holder
from client.stack.prepare import Wanted, prepare, swift_version
from client.stack.processes import migrate_store, stack_children
from client.stack.running_jobs import api_client, placed_jobs, stop_jobs
from client.stack.settings import StackSettings
from client.stack.stop_signals import stop_signals
from client.stack.supervisor import StopRequested, Supervisor
from swift_trainer.sdk.credentials import URL_VARIABLE, Credentials
from swift_trainer.sdk.deployments import is_deployment_id

TICK_SECONDS = 0.2


def run_in_foreground(wanted: Wanted, environ: Mapping[str, str], *, stop_jobs_too: bool, quiet: bool) -> None:
    """Returns after an orderly stop; raises StackError when the stack cannot start or go on."""
    console, problems = Console(quiet=quiet, highlight=False), Console(stderr=True, highlight=False)

    def complain(text: str) -> None:
        problems.print(f"swt up: {text}", markup=False, soft_wrap=True)

    with locked(wanted.data_dir) as lock, stop_signals() as stop_requested:
        settings = prepare(wanted, environ, Path.cwd(), complain)
        write_holder(lock, settings.url)
        supervisor = Supervisor(stack_children(settings), complain)
        try:
            with console.status(
                "starting Redis, the API, the scheduler, the deployer, the gateway, a worker and the duties process"
            ):
                supervisor.start(stop_requested, partial(migrate_store, settings))
        except StopRequested:
            return
        try:
            asked = remember_credentials(Credentials(settings.url, settings.api_key, settings.gateway_url))
            panel.show(console, settings, swift := swift_version(settings.swift_python))
            if swift is None:
                complain(f"{settings.swift_python} has no ms-swift: jobs wait until you run `make swift-env`")
            if asked != settings.url:
                complain(f"`swt` asks {asked}, which runs, too; for this one set {URL_VARIABLE}={settings.url}")
            _serve(supervisor, stop_requested)
            _settle_jobs(supervisor, settings, console, stop_jobs_too=stop_jobs_too)
        finally:
            with console.status("stopping"):
                supervisor.stop()
            hand_over(settings.url)
    console.print("stopped")


def _serve(supervisor: Supervisor, stop_requested: Callable[[], bool]) -> None:
    while not stop_requested():
        supervisor.tick()
        time.sleep(TICK_SECONDS)


def _settle_jobs(supervisor: Supervisor, settings: StackSettings, console: Console, *, stop_jobs_too: bool) -> None:
    """Stop what runs, or say that it goes on. A failing API keeps nobody from stopping."""
    if stop_jobs_too:
        # Otherwise the GPUs that come free would be given to the jobs that wait.
        supervisor.stop_child("scheduler")
    try:
        with api_client(settings) as client:
            left = placed_jobs(client)
            if stop_jobs_too:
                left = stop_jobs(client, left, console.print)
    except (httpx2.HTTPError, ValueError) as problem:
        console.print(f"the API does not say which jobs run ({problem}); those that do go on")
        return
    if left:
        console.print(going_on(left), soft_wrap=True)


def going_on(job_ids: list[str]) -> str:
    """What is told of the jobs and deployments that outlive the stack."""
    serving = sum(map(is_deployment_id, job_ids))
    training = len(job_ids) - serving
    counts = [
        f"{count} {noun}{'s' if count > 1 else ''}"
        for count, noun in ((training, "job"), (serving, "deployment"))
        if count
    ]
    verb = "goes on" if len(job_ids) == 1 else "go on"
    names = ", ".join(job_ids)
    return f"{' and '.join(counts)} {verb} running; the next `swt up` on this data folder takes over: {names}"
