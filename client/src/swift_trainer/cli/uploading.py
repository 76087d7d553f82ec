"""Uploads a file with a progress bar on stderr, when that is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from swift_trainer.cli.output import printable
from swift_trainer.sdk import SwiftTrainer
from swift_trainer.sdk.shapes import Json

Update = Callable[[int, int], None]


def push(client: SwiftTrainer, path: Path, name: str | None, *, quiet: bool) -> Json:
    """Upload the file; goes on where an earlier upload was cut off."""
    with _bar(path.name, quiet=quiet) as update:
        return client.datasets.push(path, name, update)


def uploaded(client: SwiftTrainer, data_path: str, *, quiet: bool) -> str:
    """The data_path of a job whose `--data` is a file here, with its sampling suffix: `data.jsonl#100`."""
    if data_path.startswith("~"):
        raise click.UsageError(f"--upload: {data_path!r} begins with `~`, which nobody replaced; give the whole path.")
    path, sample = Path(data_path), ""
    if not path.is_file():
        bare, mark, count = data_path.rpartition("#")
        path, sample = (Path(bare), mark + count) if mark and count.isdecimal() else (path, "")
    if not path.is_file():
        raise click.UsageError(f"--upload: there is no file {data_path!r} on this machine.")
    done = push(client, path, None, quiet=quiet)
    # By id: another upload may take the name before the job is submitted.
    return f"dataset:{done['id']}{sample}"


@contextmanager
def _bar(name: str, *, quiet: bool) -> Iterator[Update]:
    if quiet or not sys.stderr.isatty():
        yield lambda _sent, _size: None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for rich
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn  # noqa: PLC0415

    columns = TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(printable(name), total=None)
        yield lambda sent, size: progress.update(task, completed=sent, total=size)
