"""Uploads a file with a progress bar on stderr, when that is a terminal."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from swift_trainer.cli.output import printable
from swift_trainer.sdk import SwiftTrainer
from swift_trainer.sdk.shapes import Json

FIELDS = ("data_path", "val_dataset")
ELSEWHERE = ("dataset:", "hf::", "ms::")
ON_HUB = "what is on a hub is written hf::owner/name or ms::owner/name"
Update = Callable[[int, int], None]


def push(client: SwiftTrainer, path: Path, name: str | None, *, quiet: bool) -> Json:
    """Upload the file; goes on where an earlier upload was cut off."""
    with _bar(path.name, quiet=quiet) as update:
        return client.datasets.push(path, name, update)


def uploaded_data(client: SwiftTrainer, body: Mapping[str, Any], *, quiet: bool) -> Json:
    """The data sets of a job that are files here, as they are named once they were uploaded; none is before all of
    them are found.
    """
    named = {name: body.get(name) for name in FIELDS if body.get(name) or name == "data_path"}
    files = {text: _found(text) for value in named.values() for text in _texts(value) if not _is_elsewhere(text)}
    done = {text: _uploaded(client, *file, quiet=quiet) for text, file in files.items()}
    return {
        name: [done.get(text, text) for text in value] if isinstance(value, list) else done.get(value or "", value)
        for name, value in named.items()
    }


def _texts(value: Any) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list) else [str(value or "")]


def _is_elsewhere(text: str) -> bool:
    """Uploaded before, or on a hub and said to be."""
    return text.startswith(ELSEWHERE)


def _found(data_path: str) -> tuple[Path, str]:
    """The file, and its sampling suffix: `data.jsonl#100`."""
    if data_path.startswith("~"):
        raise click.UsageError(f"--upload: {data_path!r} begins with `~`, which nobody replaced; give the whole path.")
    path, sample = Path(data_path), ""
    if not path.is_file():
        bare, mark, count = data_path.rpartition("#")
        path, sample = (Path(bare), mark + count) if mark and count.isdecimal() else (path, "")
    if not path.is_file():
        raise click.UsageError(f"--upload: there is no file {data_path!r} on this machine; {ON_HUB}.")
    return path, sample


def _uploaded(client: SwiftTrainer, path: Path, sample: str, *, quiet: bool) -> str:
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
