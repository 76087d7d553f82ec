"""`swt checkpoints`."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from swift_trainer.cli.arguments import job_argument
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_rows
from swift_trainer.sdk.shapes import JobCheckpoints

COLUMNS = {
    "CHECKPOINT": "name",
    "EPOCH": "epoch",
    "LOSS": "loss",
    "EVALUATION": "evaluated",
    "SIZE": "size",
    "RESUMABLE": "resumable",
    "NOTE": "note",
    "PATH": "path",
}
KIB = 1024


@click.command()
@job_argument
@output_option
@click.pass_obj
def checkpoints(connection: Connection, job_id: str, output: str) -> None:
    """List what the training ID has saved, while it runs, too. Each can be exported and deployed when it is done."""
    with connection.open() as client:
        found = client.jobs.checkpoints(job_id)
    show_rows(list(_rows(found)), COLUMNS, output, data=found)


def _rows(found: JobCheckpoints) -> Iterator[Mapping[str, Any]]:
    """Of the evaluation what the best one is chosen by, else its loss."""
    metric = found.get("metric_for_best_model") or "loss"
    name = metric if metric.startswith("eval_") else f"eval_{metric}"
    for one in found["checkpoints"]:
        notes = {"best": one["is_best"], "last": one["is_last"], "taken": one["path"] == found["checkpoint_path"]}
        note = ", ".join(word for word, holds in notes.items() if holds)
        evaluated = one["evaluation"].get(name)
        yield {**one, "evaluated": evaluated, "size": _size(one["size_bytes"]), "note": note}


def _size(size_bytes: int) -> str:
    size, units = float(size_bytes), ["B", "KiB", "MiB", "GiB", "TiB"]
    while size >= KIB and len(units) > 1:
        size, units = size / KIB, units[1:]
    return f"{size:.0f}{units[0]}" if size >= 100 else f"{size:.3g}{units[0]}"
