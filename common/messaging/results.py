"""What Celery's result backend says of a job: the same words, whoever writes them."""

from typing import Any

from celery import Celery, states
from celery.app.task import Context

from common.messaging import task_names
from common.states import JobState
from common.store.ended_tasks import EndedTask

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

    def agrees(self, task: EndedTask) -> bool:
        """Whether Celery says of the task what the record says of its job."""
        return bool(self._backend().get_task_meta(task.task_id, cache=False)["status"] == _STATES[task.state])

    def write(self, task: EndedTask) -> None:
        """Say it, in the result and in an event."""
        state, result = _STATES[task.state], _result(task)
        self._backend().store_result(task.task_id, result, state, request=_request(task))
        with self._app.events.default_dispatcher() as dispatcher:
            dispatcher.send(_EVENTS[state], uuid=task.task_id, **_told(task, result))

    def _backend(self) -> Any:
        backend: Any = self._app.backend  # one for each thread
        backend.always_retry = False
        return backend


def _result(task: EndedTask) -> Any:
    match task.state:
        case JobState.COMPLETED:
            return completed(task.job_id, task.message)
        case JobState.FAILED:
            return failed(task.reason, task.message)
    return None


def _told(task: EndedTask, result: Any) -> dict[str, Any]:
    """What an event of the kind has beside its task."""
    match task.state:
        case JobState.COMPLETED:
            return {"result": repr(result), "runtime": 0}
        case JobState.FAILED:
            return {"exception": repr(result), "traceback": ""}
    return {"terminated": bool(task.node), "signum": None, "expired": False}


def _request(task: EndedTask) -> Context | None:
    """As a worker has it; one that was never placed has none."""
    if not task.node:
        return None
    return Context(
        id=task.task_id,
        task=task_names.RUN,
        args=[task.job_id, task.attempt],
        kwargs={},
        retries=0,
        delivery_info={"routing_key": task_names.node_queue(task.node)},
    )
