"""Follows one attempt from its first phase to its end, however many workers come and go meanwhile."""

from collections.abc import Callable
from typing import Any

import structlog

from common.errors import JobNotFound
from common.job_specs import JobKind
from common.jobs import Job
from common.reasons import Reason
from common.states import PLACED
from workers.attempts import settle
from workers.attempts.attempt import Attempt
from workers.attempts.ends import DETACHED, ESTRANGED, UNWANTED, Detached, End, Estranged, Unwanted
from workers.attempts.fetching import CancelledEarly
from workers.attempts.folder import AttemptFolder, folder_of
from workers.attempts.launch import LaunchRefused
from workers.attempts.phase import CannotStart, InfrastructureFailed, Show
from workers.attempts.proof import STATE_REMOVED, end_processes, prove_end
from workers.attempts.recovering import read_to_keep, told_end_again
from workers.attempts.refusing import refuse
from workers.lives import exporting, training
from workers.lives.serving import serve
from workers.node.local import LocalNode

log = structlog.get_logger()

Life = Callable[[Attempt], End]


def follow(node: LocalNode, job_id: str, attempt: int, show: Show) -> End:
    """Run, or keep following, this attempt on this node; ends it for good when it is no longer wanted."""
    try:
        job, facts = settle.patiently(node, lambda: read_to_keep(node, job_id))
    except JobNotFound:
        return UNWANTED
    except Detached:
        return DETACHED
    if node.place_of(job) is None or job.attempt != attempt or job.state not in PLACED:
        log.info("hint_ignored", state=str(job.state), current_attempt=job.attempt)
        return UNWANTED
    folder = folder_of(node.folder, job, attempt)
    show({})
    try:
        end = _follow(Attempt(node, job, attempt, folder, show), facts)
    except (Detached, Estranged) as exc:
        return _let_go(node, job, folder, exc)
    except Unwanted as exc:
        log.warning("attempt_unwanted", outcome=str(exc))
        if not end_processes(folder, attempt):
            return UNWANTED  # not settled: the agent looks at it again
        end = UNWANTED
    folder.mark_ended()
    return end


def _let_go(node: LocalNode, job: Job, folder: AttemptFolder, why: Detached | Estranged) -> End:
    """Its runner goes on."""
    if isinstance(why, Estranged):
        node.estranged.add(folder, why.outcome, node.gpus_of(job))
        return ESTRANGED
    log.info("follower_detached")
    return DETACHED


def _follow(attempt: Attempt, facts: dict[str, Any]) -> End:
    if settle.patiently(attempt.node, lambda: told_end_again(attempt.node, attempt.folder)):
        return UNWANTED
    return _run(attempt, facts)


def _run(attempt: Attempt, facts: dict[str, Any]) -> End:
    """What this kind of job does on a node, to its settled end."""
    match attempt.job.spec.kind:
        case JobKind.TRAIN:
            end = _settled(attempt, facts, training.train_then_merge)
            training.clean_up(attempt)
            return end
        case JobKind.DEPLOY:
            return _settled(attempt, facts, serve)
        case JobKind.EXPORT:
            end = _settled(attempt, facts, exporting.export)
            exporting.clean_up(attempt, end)
            return end


def _refuse_removed(attempt: Attempt) -> None:
    """How it goes can be told no more, and a second tree must not start beside it."""
    if attempt.state_was_removed:
        prove_end(attempt.node, attempt.folder, attempt.number)
        raise InfrastructureFailed(Reason.RUNNER_LOST, STATE_REMOVED)


def _settled(attempt: Attempt, facts: dict[str, Any], life: Life) -> End:
    try:
        _refuse_removed(attempt)
        attempt.open(facts)
        return life(attempt)
    except CancelledEarly:
        return attempt.cancel()
    except (LaunchRefused, CannotStart) as trouble:
        return refuse(attempt, trouble.reason, trouble.message)
    except InfrastructureFailed as trouble:
        return attempt.fail(trouble.reason, trouble.message)
