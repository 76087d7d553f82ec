"""The checkpoints of a training by the names that users give them: `best`, `last`, `checkpoint-100`."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.checkpoints import BEST, LAST, Checkpoint
from common.errors import InvalidInput
from common.field_problem import FieldProblem
from common.job_specs import JobKind
from common.jobs import Job
from common.reasons import Reason
from common.store import Store

FIELD = "checkpoint"
NAMED_MAX = 20


@dataclass(frozen=True, slots=True)
class KnownCheckpoints:
    """What the followers of a job's attempts told, attempt by attempt; `best` and `last` are paths, empty without one.

    Of a training that has ended they are as it left them, of one that runs as they are now. `left_out` are not listed.
    """

    listed: tuple[Checkpoint, ...] = ()
    best: str = ""
    last: str = ""
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Where a checkpoint lies."""

    name: str
    path: str
    node: str


def known_checkpoints(store: Store, job: Job) -> KnownCheckpoints:
    """What there is of a training; nothing of other jobs."""
    saved = store.checkpoints.of(job.id) if job.spec.kind is JobKind.TRAIN else ()
    listed = tuple(checkpoint for attempt in saved for checkpoint in attempt.checkpoints)
    left_out = sum(attempt.left_out for attempt in saved)
    kept = job.checkpoints
    if kept.best_checkpoint or kept.last_checkpoint:
        return KnownCheckpoints(listed, kept.best_checkpoint, kept.last_checkpoint, left_out)
    best = next((attempt.best for attempt in reversed(saved) if attempt.checkpoints), "")
    there = best if any(checkpoint.path == best for checkpoint in listed) else ""
    # Of one that was trained before a release that tells of checkpoints, all that is known is what it took.
    return KnownCheckpoints(listed, there, listed[-1].path if listed else job.checkpoint_path, left_out)


def find_checkpoint(store: Store, job: Job, wanted: str) -> Found:
    """Where `wanted` lies; of those of one name the newest. Raises InvalidInput, which tells what there is."""
    if job.spec.kind is not JobKind.TRAIN:
        why = f"'{job.id}' is an export and has one model; name its training, '{job.spec.source_job_id}'"
        raise InvalidInput(FieldProblem(FIELD, Reason.MODEL_NOT_FOUND, why))
    known = known_checkpoints(store, job)
    path = {BEST: known.best, LAST: known.last}.get(wanted)
    if path is None:
        path = next((one.path for one in reversed(known.listed) if one.name == wanted), "")
    if not path:
        raise InvalidInput(FieldProblem(FIELD, Reason.MODEL_NOT_FOUND, _missing(job, wanted, known)))
    node = next((one.node for one in known.listed if one.path == path), job.node)
    return Found(path.rpartition("/")[2], path, node)


def _missing(job: Job, wanted: str, known: KnownCheckpoints) -> str:
    names = list(_names(known))
    if not names:
        return f"job '{job.id}' has no checkpoint '{wanted}'; nothing is known of others"
    if len(names) > NAMED_MAX:
        names = [f"{len(names) - NAMED_MAX} others", *names[-NAMED_MAX:]]
    return f"job '{job.id}' has no checkpoint '{wanted}'; there are {', '.join(names)}"


def _names(known: KnownCheckpoints) -> Iterator[str]:
    for one in known.listed:
        marks = [mark for mark, path in ((BEST, known.best), (LAST, known.last)) if one.path == path]
        yield f"{one.name} ({', '.join(marks)})" if marks else one.name
