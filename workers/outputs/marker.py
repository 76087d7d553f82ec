"""The marker in the folder that an attempt writes to: whose it is, and what came of its training.

A node that shares the disk finds there what another one left, and whoever clears up knows what is whose.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.jobs import Job
from common.plain_files import open_plain

FILE_NAME = ".swift-trainer.json"
ATTEMPT_FOLDER = re.compile(r"attempt-\d+(-\d+)?")
MARKER_MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Marker:
    """`trained` is what `note_in_marker` was told of a training that was judged good; empty before that."""

    job_id: str
    task_id: str
    attempt: int
    node: str
    trained: dict[str, Any]


def mark_output(output: Path, job: Job, attempt: int, node: str) -> None:
    """Say whose folder this is. Raises OSError."""
    _write(output, {"job_id": job.id, "task_id": job.task_id, "attempt": attempt, "node": node})


def note_in_marker(output: Path, **facts: Any) -> None:
    """Add facts to a marker. Raises OSError."""
    _write(output, {**_read(output), **facts})


def read_marker(output: Path) -> Marker | None:
    """The marker of a folder; None where there is none that can be read, or where the folder is only a link."""
    if output.is_symlink():
        return None
    content = _read(output)
    trained = content.get("trained")
    try:
        job_id, task_id, node = (str(content[name]) for name in ("job_id", "task_id", "node"))
        return Marker(job_id, task_id, int(content["attempt"]), node, trained if isinstance(trained, dict) else {})
    except (KeyError, TypeError, ValueError):
        return None


def marked_outputs(output_dir: Path, job: Job) -> Iterator[tuple[Path, Marker]]:
    """The attempt folders below `output_dir` that this very job's markers name, whoever wrote them."""
    return marked(output_dir, job.id, job.task_id)


def marked(output_dir: Path, job_id: str, task_id: str) -> Iterator[tuple[Path, Marker]]:
    """The same of a job that may be deleted. The task id keeps it apart from others of that id."""
    try:
        names = sorted(os.listdir(output_dir))  # noqa: PTH208 - names, not paths
    except OSError:
        return
    for name in names:
        marker = read_marker(output_dir / name) if ATTEMPT_FOLDER.fullmatch(name) else None
        if marker is not None and (marker.job_id, marker.task_id) == (job_id, task_id):
            yield output_dir / name, marker


def _read(output: Path) -> dict[str, Any]:
    try:
        descriptor = open_plain(output / FILE_NAME, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            content = json.loads(file.read(MARKER_MAX_BYTES))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(output: Path, content: dict[str, Any]) -> None:
    fresh = output / f"{FILE_NAME}.{os.getpid()}"
    fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(output / FILE_NAME)
