"""Reconciling this node's disk with the store: before the node offers anything, and whenever the store forgot it."""

import structlog

from common.states import JobState
from common.store.outcomes import Outcome
from workers.attempts.folder import AttemptFolder, newest_attempts, unsettled
from workers.attempts.proof import end_processes, end_strays
from workers.attempts.recovering import KNOWN, gpus_kept, kept_of, offer, remember, told_end_again
from workers.node.local import LocalNode
from workers.node.store_memory import compare_store
from workers.outputs.latest import move_latest
from workers.runner_control import find_tree

log = structlog.get_logger()


def reconcile(node: LocalNode) -> None:
    """Tell the store what it forgot, and end what is no longer wanted here.

    Ends first: what they hold by an older copy of the store may be held by what runs now.
    """
    known = newest_attempts(node.folder)
    for job_id in node.store.recovery.not_final():
        for newest in known.get(job_id, ()):
            _tell_of_earlier(node, newest)
    for folder in unsettled(node.folder):
        if folder.record():
            settle_or_register(node, folder)
    end_strays(node)
    compare_store(node)


def look_again(node: LocalNode) -> bool:
    """Offer estranged attempts once more, and settle those that have ended; whether the store took one."""
    taken = [settle_or_register(node, folder) for folder in node.estranged.all()]
    for folder in node.estranged.without_hope():
        if not _has_processes(folder):
            log.error("estranged_attempt_ended", folder=str(folder.path))
            folder.mark_ended()
            node.estranged.remove(folder)
    return any(taken)


def settle_or_register(node: LocalNode, folder: AttemptFolder) -> bool:
    """Whether the store knows the attempt now. What is unwanted is ended; what has no place there is left alone."""
    kept = kept_of(folder)
    outcome = Outcome.MISSING if kept is None else offer(node, kept)
    if outcome not in KNOWN | {Outcome.UNWANTED}:
        node.estranged.add(folder, outcome, gpus_kept(node, kept) if kept else ())
        return False
    node.estranged.remove(folder)
    if outcome is Outcome.UNWANTED and kept is not None:
        log.warning("attempt_unwanted", job_id=kept.job_id, attempt=kept.attempt)
        if end_processes(folder, kept.attempt):
            _finish(node, folder)
    return outcome in KNOWN


def _finish(node: LocalNode, folder: AttemptFolder) -> None:
    """What was still to do when an earlier worker died behind the end of its job, or the job moved on without it."""
    remember(node, folder)
    kept = kept_of(folder)
    if kept is not None and kept.record.get("state") == JobState.COMPLETED:
        move_latest(folder)
    folder.mark_ended()


def _has_processes(folder: AttemptFolder) -> bool:
    attempt = int(folder.path.name)
    return folder.lives or bool(find_tree(folder.mark, attempt))


def _tell_of_earlier(node: LocalNode, newest: AttemptFolder) -> None:
    """No number of an attempt is given twice, and what has ended is not run again, though the store forgot it."""
    kept = kept_of(newest)
    if kept is None:
        return
    told_end_again(node, newest)
    node.store.recovery.raise_attempt(kept.job_id, kept.task_id, kept.created_at_ms, kept.attempt)
