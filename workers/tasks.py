"""The worker's Celery tasks: follow an attempt, whose view in Celery lives and ends with it; and look at the chores."""

from typing import Any

import structlog
from celery import Celery, Task, states
from celery.exceptions import Ignore

from common.messaging import task_names
from common.messaging.results import JobFailed, completed, failed
from workers.agent import Agent
from workers.attempts.ends import End, EndKind

log = structlog.get_logger()

PROGRESS = "PROGRESS"


def register(app: Celery, agent: Agent) -> None:
    """Add `run` and `chores` to the app."""

    @app.task(name=task_names.RUN, bind=True, acks_late=False, ignore_result=False, throws=(JobFailed,))
    def run(self: Task[Any, Any], job_id: str, attempt: int, instance: str = "") -> dict[str, Any]:
        """Run, or keep following, this attempt on this node; does nothing when the attempt is no longer wanted."""

        def show(numbers: dict[str, Any]) -> None:
            state, meta = PROGRESS if numbers else states.STARTED, {"job_id": job_id, "attempt": attempt, **numbers}
            _quietly(lambda: _update(self, state, meta))

        return _answer(self, job_id, agent.follow(job_id, attempt, show, instance))

    @app.task(name=task_names.CHORES, acks_late=False, ignore_result=True)
    def chores() -> None:
        """Look at the node's chores now; the list in Redis says what they are."""
        agent.chores.ring()


def _answer(task: Task[Any, Any], job_id: str, end: End) -> dict[str, Any]:
    match end.kind:
        case EndKind.COMPLETED:
            return completed(job_id, end.message)
        case EndKind.FAILED:
            raise failed(str(end.reason), end.message)
        case EndKind.CANCELLED:
            _quietly(lambda: task.backend.store_result(str(task.request.id), None, states.REVOKED))
            _quietly(lambda: task.send_event("task-revoked", terminated=True, signum=None, expired=False))
    # The Celery task of a job goes on under the same id: with the next worker, or as the next attempt.
    raise Ignore


def _update(task: Task[Any, Any], state: str, meta: dict[str, Any]) -> None:
    """Once: with the patience that the last word deserves, the attempt would wait until Redis is back."""
    backend: Any = task.backend  # one for each thread
    before, backend.always_retry = backend.always_retry, False
    try:
        task.update_state(state=state, meta=meta)
    finally:
        backend.always_retry = before


def _quietly(tell: Any) -> None:
    """Celery's view is a courtesy: a job does not suffer when it cannot be told."""
    try:
        tell()
    except Exception as exc:
        log.warning("celery_not_told", error=str(exc))
