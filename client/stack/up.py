"""`swt up`: the whole service on this machine, in the foreground, until Ctrl-C."""

import os
from pathlib import Path

import click

from client.stack.errors import StackError
from client.stack.foreground import run_in_foreground
from client.stack.prepare import Wanted
from client.stack.settings import default_data_dir, given_environ


@click.command()
@click.option("--data-dir", envvar="DATA_DIR", type=click.Path(path_type=Path), help="All state of this stack.")
@click.option("--host", envvar="APP_HOST", default="127.0.0.1", show_default=True, help="Address the API listens on.")
@click.option("--port", envvar="APP_PORT", type=click.IntRange(1, 65535), help="Its port; usually 8000, or a free one.")
@click.option("--slots", envvar="GPU_SLOTS", help="auto (the GPUs, or else the CPU) or cpu:N, N slots of CPU.")
@click.option("--no-flower", is_flag=True, help="Without Flower.")
@click.option("--no-key", is_flag=True, help="Ask for no API key: whoever has an account here may use all of it.")
@click.option("--stop-jobs", is_flag=True, help="At the end, stop jobs and deployments too; else they go on.")
@click.option("--quiet", is_flag=True, help="Print problems only.")
def up(
    *,
    data_dir: Path | None,
    host: str,
    port: int | None,
    slots: str | None,
    no_flower: bool,
    no_key: bool,
    stop_jobs: bool,
    quiet: bool,
) -> None:
    """Run the whole service on this machine.

    Redis, the API, the scheduler, the deployer, the gateway, a worker, the duties process and Flower run until Ctrl-C.
    Running jobs go on when it stops, and deployments go on serving; the next `swt up` on the same data folder takes
    them over.
    """
    environ = given_environ(os.environ, Path.cwd())
    folder = (data_dir or default_data_dir(environ)).expanduser().absolute()
    chosen = slots or environ.get("GPU_SLOTS", "auto")
    wanted = Wanted(folder, host, port, chosen, with_flower=not no_flower, with_key=not no_key)
    try:
        run_in_foreground(wanted, environ, stop_jobs_too=stop_jobs, quiet=quiet)
    except StackError as problem:
        raise click.ClickException(str(problem)) from problem
