"""Removes what a deleted job left on this node's disks: only what is its own, and nothing by way of a link."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import structlog

from common.chores import Chore
from common.swift.inputs import InputRefused, resolve_under_roots
from workers.attempts.folder import AttemptFolder, task_folder
from workers.node.local import LocalNode
from workers.outputs.latest import LATEST
from workers.outputs.marker import ATTEMPT_FOLDER, FILE_NAME, Marker, marked, read_marker

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Removed:
    """Names of the folders below the job's `output_dir` that are gone, and whether its state on the node is."""

    outputs: tuple[str, ...] = ()
    state: bool = False

    def __bool__(self) -> bool:
        return self.state or bool(self.outputs)


def remove_files(node: LocalNode, chore: Chore, root: Path | None) -> Removed | None:
    """What was removed, below `root` and of the job's state; None while an attempt of it is not settled here.

    Doing so twice is fine. Raises OSError.
    """
    state = task_folder(node.folder, chore.job_id, chore.task_id)
    attempts = [AttemptFolder(path) for path in state.glob("*") if path.is_dir()]
    if any(not attempt.has_ended or attempt.lives for attempt in attempts):
        return None
    outputs = _own_outputs(node, chore, root, attempts) if root else []
    for output in outputs:
        shutil.rmtree(output)
    names = tuple(output.name for output in outputs)
    if root:
        _forget_latest(root, names)
    shutil.rmtree(state, ignore_errors=True)
    return Removed(names, bool(attempts))


def output_root(node: LocalNode, chore: Chore) -> Path | None:
    """The job's `output_dir` on this node; None where it is not below an allowed root any more."""
    try:
        return resolve_under_roots(chore.output_dir, node.settings.allowed_roots)
    except InputRefused as refusal:
        log.warning("output_not_removed", job_id=chore.job_id, error=refusal.problem.message)
        return None


def _own_outputs(node: LocalNode, chore: Chore, root: Path, attempts: list[AttemptFolder]) -> list[Path]:
    """By this node's records, and by the job's markers: those of other nodes, too, where it shares their disk."""
    named = [output for attempt in attempts if (output := attempt.output)]
    found = {path for path in named if _is_own(path, root, chore)}
    found |= {
        path for path, marker in marked(root, chore.job_id, chore.task_id) if attempts or marker.node == node.name
    }
    return sorted(path for path in found if not _holds_anothers(path, chore))


def _is_own(path: Path, root: Path, chore: Chore) -> bool:
    """A folder of an attempt right below the root, no link, and not another job's by its marker."""
    if path.parent != root or not ATTEMPT_FOLDER.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
        return False
    marker = read_marker(path)
    return marker is None or _names(marker, chore)


def _holds_anothers(output: Path, chore: Chore) -> bool:
    """Whether another job wrote somewhere below it; a marker there that cannot be read is taken for another's."""
    for folder, _, files in os.walk(output):
        if FILE_NAME not in files or Path(folder) == output:
            continue
        marker = read_marker(Path(folder))
        if marker is None or not _names(marker, chore):
            log.warning("output_not_removed", job_id=chore.job_id, output=str(output), because_of=folder)
            return True
    return False


def _names(marker: Marker, chore: Chore) -> bool:
    return (marker.job_id, marker.task_id) == (chore.job_id, chore.task_id)


def _forget_latest(root: Path, names: tuple[str, ...]) -> None:
    """The link alone, and only where it leads to what is gone."""
    latest = root / LATEST
    if latest.is_symlink() and str(latest.readlink()) in names:
        latest.unlink(missing_ok=True)
