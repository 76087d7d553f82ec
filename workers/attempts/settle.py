"""Settles an attempt: reports how it ended, until Redis has taken it; decides whether it is tried again, and after
which back-off.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import structlog

from common.errors import StoreUnavailable
from common.job_specs import ended_by_user
from common.jobs import Job
from common.reasons import INFRASTRUCTURE, WORTH_A_RETRY, Reason
from common.states import Verb
from common.store.attempts import Report
from common.store.outcomes import Outcome
from workers.attempts.ends import Detached, End, EndKind, Unwanted
from workers.attempts.folder import folder_of
from workers.attempts.recovering import insist, known_job, refresh
from workers.node.local import LocalNode

log = structlog.get_logger()

T = TypeVar("T")

RETRY_SECONDS = 1.0
BACK_OFF_SECONDS = (5.0, 30.0, 120.0)


def confirm(node: LocalNode, job: Job, attempt: int) -> None:
    """Ask whether the job is still with this attempt. Raises Unwanted, Detached, Estranged."""
    outcome = told(node, job, attempt, lambda: node.store.attempts.report(job.id, attempt, Report()).outcome)
    if outcome not in {Outcome.OK, Outcome.CANCEL_REQUESTED}:
        raise Unwanted(str(outcome))


def complete(node: LocalNode, job: Job, attempt: int, message: str, **fields: Any) -> End:
    """The artefact is there."""
    write = partial(node.store.attempts.end, job.id, attempt, Verb.COMPLETE, None, message, **fields)
    _write(node, job, attempt, write)
    log.info("job_completed", **fields)
    return End(EndKind.COMPLETED, None, message)


def cancel(node: LocalNode, job: Job, attempt: int) -> End:
    """The user wanted it, and nothing of it is alive."""
    (verb, state), name = ended_by_user(job.spec.kind), job.spec.model_name
    fresh = _fresh(node, job, attempt)
    patiently(node, lambda: refresh(node, folder_of(node.folder, job, attempt)))
    reason = Reason(fresh.cancel_reason or Reason.CANCELLED_BY_USER)
    why = "because another version answers" if reason is Reason.SUPERSEDED else "by the user"
    message = f"{state} {why}; all its processes have ended"
    _write(node, job, attempt, partial(node.store.attempts.end, job.id, attempt, verb, reason, message, of_model=name))
    log.info("job_cancelled")
    return End(EndKind.CANCELLED, reason, message)


def fail(node: LocalNode, job: Job, attempt: int, reason: Reason, message: str, **fields: Any) -> End:
    """It did not work: try again where that is due, else it is final, with these fields of the record."""
    fresh = _fresh(node, job, attempt)
    if reason in INFRASTRUCTURE and fresh.infra_failures < node.settings.infra_retries:
        delay = _back_off(reason, fresh.infra_failures)
        return _requeue(node, job, attempt, reason, message, delay=delay, counter="infra_failures")
    if reason in WORTH_A_RETRY and fresh.user_retries < job.spec.retries:
        return _requeue(node, job, attempt, reason, message, delay=0, counter="user_retries")
    if reason in INFRASTRUCTURE and fresh.infra_failures:
        message = f"{message}; tried {fresh.infra_failures + 1} times"
    _write(node, job, attempt, partial(node.store.attempts.end, job.id, attempt, Verb.FAIL, reason, message, **fields))
    log.warning("job_failed", reason=str(reason), message=message)
    return End(EndKind.FAILED, reason, message)


def leave_to_others(node: LocalNode, job: Job, attempt: int, reason: Reason, message: str) -> End:
    """Let another node take it, at once: what this one lacks is not held against the job."""
    return _requeue(node, job, attempt, reason, message, delay=0, counter="")


def _back_off(reason: Reason, failures: int) -> float:
    """Seconds until the next try. A port that was taken is no reason to wait at first: the next lease is of another."""
    tries = failures - 1 if reason is Reason.PORT_STOLEN else failures
    return 0.0 if tries < 0 else BACK_OFF_SECONDS[min(tries, len(BACK_OFF_SECONDS) - 1)]


def _requeue(
    node: LocalNode, job: Job, attempt: int, reason: Reason, message: str, *, delay: float, counter: str
) -> End:
    text = f"{message}; queued again"
    write = partial(node.store.attempts.requeue, job.id, attempt, reason, text, delay_seconds=delay, counter=counter)
    outcome = told(node, job, attempt, write)
    if outcome is Outcome.CANCEL_REQUESTED:
        return cancel(node, job, attempt)
    if outcome is not Outcome.OK:
        raise Unwanted(str(outcome))
    log.warning("job_requeued", reason=str(reason), message=message, delay_seconds=delay)
    return End(EndKind.REQUEUED, reason, message)


def told(node: LocalNode, job: Job, attempt: int, write: Callable[[], Outcome]) -> Outcome:
    """Write of an attempt until Redis has taken it, and keep on disk what the record is then.

    When the store forgot the attempt it is registered again first. Raises Detached, Estranged.
    """
    folder = folder_of(node.folder, job, attempt)
    outcome = patiently(node, lambda: insist(node, folder, write))
    if outcome is Outcome.OK:
        patiently(node, lambda: refresh(node, folder))
    return outcome


def _write(node: LocalNode, job: Job, attempt: int, write: Callable[[], Outcome]) -> None:
    outcome = told(node, job, attempt, write)
    if outcome is not Outcome.OK:
        raise Unwanted(str(outcome))


def _fresh(node: LocalNode, job: Job, attempt: int) -> Job:
    folder = folder_of(node.folder, job, attempt)
    return patiently(node, lambda: known_job(node, folder, job.id))


def patiently(node: LocalNode, call: Callable[[], T]) -> T:
    """Call until Redis answers. Raises Detached when the worker stops first: the next one goes on from the files."""
    while True:
        try:
            return call()
        except StoreUnavailable as exc:
            if node.detach.wait(RETRY_SECONDS):
                raise Detached from exc
