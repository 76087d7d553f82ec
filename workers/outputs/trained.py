"""A training that was judged good is told to the attempts after it, and found again: it is never run a second time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from common.jobs import Job
from common.swift.inputs.saved_arguments import check_saved_arguments
from workers.attempts.folder import AttemptFolder, folder_of
from workers.node.local import LocalNode
from workers.outputs.marker import marked_outputs, note_in_marker
from workers.outputs.results import judge_training
from workers.runner_control import read_exit
from workers.swift.artefacts import LAST_CHECKPOINT_LINK, is_complete

log = structlog.get_logger()

TRAINED = "trained"


@dataclass(frozen=True, slots=True)
class Trained:
    """Which attempt trained, its last checkpoint, and what the verdict said."""

    attempt: int
    checkpoint: Path
    message: str

    @property
    def output(self) -> Path:
        """What the attempt that trained wrote to."""
        return self.checkpoint.parent


def note_trained(folder: AttemptFolder, output: Path, trained: Trained) -> None:
    """Write it where this node's and, on a shared disk, other nodes' later attempts look."""
    folder.note(**{TRAINED: _to_json(trained)})
    try:
        note_in_marker(output, **{TRAINED: _to_json(trained)})
    except OSError as exc:
        log.warning("marker_not_written", output=str(output), error=exc.strerror)


def record_facts(node: LocalNode, trained: Trained) -> dict[str, Any]:
    """What the job's record tells of it: where a later attempt finds it."""
    return {
        "checkpoint_path": str(trained.checkpoint),
        "trained_attempt": trained.attempt,
        "trained_node": node.name,
        "trained_instance": node.identity.instance.id,
    }


def known_training(folder: AttemptFolder) -> Trained | None:
    """What this very attempt knows to be trained."""
    return _from_json(folder.record().get(TRAINED), None)


def find_trained(node: LocalNode, job: Job, attempt: int, output_dir: Path) -> Trained | None:
    """The finished training of an earlier attempt, where its checkpoint can still be read; the newest one."""
    return next((found for found in _candidates(node, job, attempt, output_dir) if _is_whole(found.checkpoint)), None)


def link_checkpoint(output: Path, trained: Trained) -> None:
    """Let a folder of an attempt that only merged lead to the checkpoint, too: `latest` then names all there is."""
    name = trained.checkpoint.name
    if (output / name).is_symlink():
        return
    try:
        (output / name).symlink_to(Path("..") / trained.output.name / name, target_is_directory=True)
        (output / LAST_CHECKPOINT_LINK).symlink_to(name, target_is_directory=True)
    except OSError as exc:
        log.warning("checkpoint_not_linked", output=str(output), error=exc.strerror)


def _candidates(node: LocalNode, job: Job, attempt: int, output_dir: Path) -> Iterator[Trained]:
    marked = {marker.attempt: (path, marker.trained) for path, marker in marked_outputs(output_dir, job)}
    for earlier in range(attempt - 1, 0, -1):
        folder = folder_of(node.folder, job, earlier)
        own = known_training(folder) or _judged(job, folder, earlier)
        if own:
            yield own
        path, facts = marked.get(earlier, (None, {}))
        if path and (shared := _from_json(facts, path)):
            yield shared


def _is_whole(checkpoint: Path) -> bool:
    """And nothing in it, which others who write to a shared disk may have changed, would run code."""
    return is_complete(checkpoint) and not check_saved_arguments(checkpoint, "checkpoint")


def _judged(job: Job, folder: AttemptFolder, attempt: int) -> Trained | None:
    """Of an attempt whose training ended well while nobody was there to say so."""
    ended, output = read_exit(folder.phase_dir("train")), folder.output
    if ended is None or not ended.succeeded or not output:
        return None
    verdict, checkpoint = judge_training(ended, job, folder, output)
    return Trained(attempt, Path(checkpoint), verdict.message) if verdict.ok else None


def _to_json(trained: Trained) -> dict[str, Any]:
    return {"attempt": trained.attempt, "checkpoint": str(trained.checkpoint), "message": trained.message}


def _from_json(content: object, output: Path | None) -> Trained | None:
    """`output` is the marker's folder: on a shared disk it may have another path than where it was written.

    A checkpoint of an attempt before that one lies beside it.
    """
    try:
        attempt, checkpoint = int(content["attempt"]), Path(content["checkpoint"])  # type: ignore[index]
        message = str(content["message"])  # type: ignore[index]
    except (KeyError, TypeError, ValueError):
        return None
    if output is not None:
        checkpoint = output.parent / checkpoint.parent.name / checkpoint.name
    return Trained(attempt, checkpoint, message)
