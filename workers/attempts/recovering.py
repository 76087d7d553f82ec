"""Recovering attempts that the store does not know: what a node does when that was emptied, or is an older copy.

A record that is missing is no wish to end what runs. The attempt is registered again from this disk; only where the
store tells that it was deleted, or moved on without it, it is unwanted.
"""

from collections.abc import Callable
from typing import Any

import structlog

from common.errors import JobNotFound
from common.jobs import Job
from common.states import FINAL
from common.store.job_record import is_whole, load_job, load_places
from common.store.outcomes import Outcome
from common.store.recovery import Asker, Kept
from workers.attempts.ends import Estranged, Unwanted
from workers.attempts.folder import AttemptFolder
from workers.node.local import LocalNode

log = structlog.get_logger()

# How a script answers about an attempt that its store does not know, or knows less of than this disk.
FORGOTTEN = frozenset({Outcome.MISSING, Outcome.STALE_ATTEMPT, Outcome.MOVED_ON})
KNOWN = frozenset({Outcome.OK, Outcome.RECOVERED})

_KEPT = "kept"
_UNBOUNDED_MIB = 2**40


def remember(node: LocalNode, folder: AttemptFolder) -> None:
    """Keep the job's record, and its model's, on this disk as they are now, if they are still of this attempt."""
    attempt = folder.record()
    if not attempt:
        return
    facts = _read(node, attempt["job_id"])
    record = facts[_KEPT]["record"]
    if record.get("task_id") == attempt["task_id"] and record.get("attempt") == str(attempt["attempt"]):
        folder.note(**facts)


def refresh(node: LocalNode, folder: AttemptFolder) -> None:
    """As `remember`; where the disk takes nothing, what is there already is older, and good enough."""
    try:
        remember(node, folder)
    except OSError as exc:
        log.warning("record_not_kept", error=str(exc))


def read_to_keep(node: LocalNode, job_id: str) -> tuple[Job, dict[str, Any]]:
    """The job of that id, and of the same read what a new folder keeps of it. Raises JobNotFound.

    A store that is emptied right behind it finds the attempt on this disk nonetheless.
    """
    facts = _read(node, job_id)
    record = facts[_KEPT]["record"]
    if not is_whole(record):
        raise JobNotFound(f"there is no job '{job_id}'", job_id=job_id)
    return load_job(record), facts


def kept_of(folder: AttemptFolder) -> Kept | None:
    """What is kept of an attempt; None when its folder was never finished."""
    attempt = folder.record()
    if not attempt:
        return None
    below = attempt.get(_KEPT) or {"record": {}, "model": {}}
    return Kept(attempt["job_id"], attempt["task_id"], int(attempt["attempt"]), **below)


def offer(node: LocalNode, kept: Kept) -> Outcome:
    """Ask the store about an attempt, and register it there again when it was forgotten.

    OK, RECOVERED, UNWANTED, or why it can be neither: LEASE_TAKEN, OTHER_JOB, MISSING.
    """
    what = "its end" if _is_end(kept) else "what runs of it"
    message = f"recovered: node {node.name} kept {what}, which the store had forgotten"
    asker = Asker(node.name, node.identity.instance.id, _gpu_memory_mib(node, kept))
    outcome = node.store.recovery.recover(kept, asker, message)
    if outcome is Outcome.RECOVERED:
        node.compared.found_forgotten = True
        log.warning("job_recovered", job_id=kept.job_id, attempt=kept.attempt, state=kept.record.get("state"))
    return outcome


def told_end_again(node: LocalNode, folder: AttemptFolder) -> bool:
    """Whether the job had ended with this attempt: a store that is an older copy is told that end, and nothing runs."""
    kept = kept_of(folder)
    if kept is None or not folder.has_ended or not _is_end(kept):
        return False
    return offer(node, kept) is Outcome.RECOVERED


def is_known(node: LocalNode, folder: AttemptFolder) -> bool:
    """Whether the store knows the attempt, now at the latest; False when it is unwanted. Raises Estranged."""
    kept = kept_of(folder)
    outcome = Outcome.MISSING if kept is None else offer(node, kept)
    if outcome not in KNOWN | {Outcome.UNWANTED}:
        raise Estranged(outcome)
    return outcome in KNOWN


def insist(node: LocalNode, folder: AttemptFolder, write: Callable[[], Outcome]) -> Outcome:
    """Write, and once more when the store had to be told of the attempt first. Raises Estranged."""
    outcome = write()
    return write() if outcome in FORGOTTEN and is_known(node, folder) else outcome


def known_job(node: LocalNode, folder: AttemptFolder, job_id: str) -> Job:
    """The job's record, registered again if need be. Raises Unwanted, Estranged."""
    try:
        return node.store.jobs.get_any(job_id)
    except JobNotFound as missing:
        if not is_known(node, folder):
            raise Unwanted("missing") from missing
        return node.store.jobs.get_any(job_id)


def _read(node: LocalNode, job_id: str) -> dict[str, Any]:
    record, model, read_at_ms = node.store.recovery.read(job_id)
    return {_KEPT: {"record": record, "model": model, "read_at_ms": read_at_ms}}


def _is_end(kept: Kept) -> bool:
    return kept.record.get("state") in set(FINAL)


def gpus_kept(node: LocalNode, kept: Kept) -> tuple[str, ...]:
    """The GPUs that the attempt has here, by its record on this disk; its node may have had another name then."""
    places = load_places(kept.record)
    here = places if len(places) == 1 else (place for place in places if place.node == node.name)
    return next((place.gpu_ids for place in here), ())


def _gpu_memory_mib(node: LocalNode, kept: Kept) -> int:
    """What each of its GPUs has; what this node does not see now is no reason to refuse what runs on it."""
    held = gpus_kept(node, kept)
    return min((gpu.memory_total_mib for gpu in node.inventory.gpus() if gpu.uuid in held), default=_UNBOUNDED_MIB)
