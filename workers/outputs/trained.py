"""A training that was judged good is told to the attempts after it, and found again: it is never run a second time."""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from common.checkpoints import NOTHING_KEPT, Checkpoints
from common.jobs import Job
from common.swift.inputs.models.saved_arguments import check_saved_arguments
from workers.attempts.folder import AttemptFolder, folder_of
from workers.node.local import LocalNode
from workers.outputs.chosen import Chosen
from workers.outputs.marker import marked_outputs, note_in_marker
from workers.outputs.results import judge_training
from workers.runner_control import read_exit
from workers.swift.artefacts import LAST_CHECKPOINT_LINK, is_complete
from workers.swift.verdict import Verdict

log = structlog.get_logger()

TRAINED = "trained"


@dataclass(frozen=True, slots=True)
class Trained:
    """Which attempt trained, the checkpoint that it took, what the verdict said, and what it left besides."""

    attempt: int
    checkpoint: Path
    message: str
    kept: Checkpoints = NOTHING_KEPT

    @property
    def last(self) -> Path:
        """Its last checkpoint; the one that it took where that is all there is."""
        return Path(self.kept.last_checkpoint) if self.kept.last_checkpoint else self.checkpoint

    @property
    def output(self) -> Path:
        """What the attempt that trained wrote to; its best checkpoint may be an earlier one's."""
        return self.last.parent


def note_trained(folder: AttemptFolder, output: Path, trained: Trained) -> None:
    """Write it where this node's and, on a shared disk, other nodes' later attempts look."""
    folder.note(**{TRAINED: _to_json(trained)})
    try:
        note_in_marker(output, **{TRAINED: _to_json(trained)})
    except OSError as exc:
        log.warning("marker_not_written", output=str(output), error=exc.strerror)


def trained_in(attempt: int, verdict: Verdict, chosen: Chosen) -> Trained:
    """Of a training that was judged good: there is a checkpoint, or it would not have been."""
    return Trained(attempt, chosen.checkpoint or Path(), verdict.message, chosen.kept)


def record_facts(node: LocalNode, trained: Trained) -> dict[str, Any]:
    """What the job's record tells of it: what was made, and where a later attempt finds it."""
    return {
        **made_facts(trained),
        "trained_attempt": trained.attempt,
        "trained_node": node.name,
        "trained_instance": node.identity.instance.id,
    }


def made_facts(trained: Trained) -> dict[str, Any]:
    """What the record tells of its checkpoints."""
    kept = {name: "" if value is None else value for name, value in asdict(trained.kept).items()}
    return {"checkpoint_path": str(trained.checkpoint), **kept}


def known_training(folder: AttemptFolder) -> Trained | None:
    """What this very attempt knows to be trained."""
    return _from_json(folder.record().get(TRAINED), None)


def find_trained(node: LocalNode, job: Job, attempt: int, output_dir: Path) -> Trained | None:
    """The finished training of an earlier attempt, where its checkpoint can still be read; the newest one."""
    return next((found for found in _candidates(node, job, attempt, output_dir) if _is_whole(found.checkpoint)), None)


def link_checkpoint(output: Path, trained: Trained) -> None:
    """Let a folder whose attempt did not save them lead to its checkpoints, too: `latest` then names all there is."""
    try:
        for checkpoint in (trained.checkpoint, trained.last):
            _link(output / checkpoint.name, Path("..") / checkpoint.parent.name / checkpoint.name)
        _link(output / LAST_CHECKPOINT_LINK, Path(trained.last.name))
    except OSError as exc:
        log.warning("checkpoint_not_linked", output=str(output), error=exc.strerror)


def _link(link: Path, target: Path) -> None:
    """Unless there is something of that name: its own, or a link that an earlier worker made."""
    if not os.path.lexists(link):
        link.symlink_to(target, target_is_directory=True)


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
    verdict, chosen = judge_training(ended, job, folder, output)
    return trained_in(attempt, verdict, chosen) if verdict.ok else None


def _to_json(trained: Trained) -> dict[str, Any]:
    return {**asdict(trained), "checkpoint": str(trained.checkpoint)}


def _from_json(content: object, output: Path | None) -> Trained | None:
    """`output` is the marker's folder: on a shared disk it may have another path than where it was written.

    A checkpoint of an attempt before that one lies beside it.
    """
    try:
        attempt, checkpoint = int(content["attempt"]), Path(content["checkpoint"])  # type: ignore[index]
        message = str(content["message"])  # type: ignore[index]
        kept = Checkpoints(**content.get("kept", {}))  # type: ignore[attr-defined]
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if output is None:
        return Trained(attempt, checkpoint, message, kept)
    here = partial(_beside, output)
    last, best = here(kept.last_checkpoint), here(kept.best_checkpoint)
    return Trained(
        attempt, Path(here(str(checkpoint))), message, replace(kept, last_checkpoint=last, best_checkpoint=best)
    )


def _beside(output: Path, checkpoint: str) -> str:
    """Where a checkpoint of this attempt or of one before it lies, seen from this disk."""
    path = Path(checkpoint)
    return str(output.parent / path.parent.name / path.name) if checkpoint else ""
