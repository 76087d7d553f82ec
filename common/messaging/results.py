"""What Celery's result backend says of a job: the same words, whoever writes them."""

from typing import Any

from celery import Celery, states
from celery.app.task import Context

from common.messaging import task_names
from common.states import JobState
from common.store.outbox import Transition

_STATES = {
    JobState.COMPLETED: states.SUCCESS,
    JobState.FAILED: states.FAILURE,
    JobState.CANCELLED: states.REVOKED,
    JobState.STOPPED: states.REVOKED,
}
_EVENTS = {
    states.SUCCESS: "task-succeeded",
    states.FAILURE: "task-failed",
    states.REVOKED: "task-revoked",
}


class JobFailed(Exception):
    """Celery's word for a job that ended as failed."""


def completed(job_id: str, message: str) -> dict[str, Any]:
    """The result of a job that was completed."""
    return {"job_id": job_id, "status": "completed", "message": message}


def failed(reason: str, message: str) -> JobFailed:
    """The error of a job that failed."""
    return JobFailed(f"{reason}: {message}")


class Results:
    """Celery's results, written by another than the worker. Fails at once when Redis does not take them."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def agrees(self, end: Transition) -> bool:
        """Whether Celery says of the task what the record says of its job."""
        return bool(self._backend().get_task_meta(end.task_id, cache=False)["status"] == _STATES[end.target])

    def write(self, end: Transition) -> None:
        """Say it, in the result and in an event."""
        state, result = _STATES[end.target], _result(end)
        self._backend().store_result(end.task_id, result, state, request=_request(end))
        with self._app.events.default_dispatcher() as dispatcher:
            dispatcher.send(_EVENTS[state], uuid=end.task_id, **_told(end, result))

    def _backend(self) -> Any:
        backend: Any = self._app.backend  # one for each thread
        backend.always_retry = False
        return backend


def _result(end: Transition) -> Any:
    match end.target:
        case JobState.COMPLETED:
            return completed(end.job_id, end.message)
        case JobState.FAILED:
            return failed(end.reason, end.message)
    return None


def _told(end: Transition, result: Any) -> dict[str, Any]:
    """What an event of the kind has beside its task."""
    match end.target:
        case JobState.COMPLETED:
            return {"result": repr(result), "runtime": 0}
        case JobState.FAILED:
            return {"exception": repr(result), "traceback": ""}
    return {"terminated": bool(end.node), "signum": None, "expired": False}


def _request(end: Transition) -> Context | None:
    """As a worker has it; one that was never placed has none."""
    if not end.node:
        return None
    return Context(
        id=end.task_id,
        task=task_names.RUN,
        args=[end.job_id, end.attempt],
        kwargs={},
        retries=0,
        delivery_info={"routing_key": task_names.node_queue(end.node)},
    )
