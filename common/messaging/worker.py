"""Running a Celery worker until it is asked to end; nothing else that happens to it passes for that."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from celery import Celery, bootsteps, signals
from celery.worker import state
from celery.worker.consumer import Consumer
from redis.exceptions import RedisError, ResponseError

log = structlog.get_logger()

# Between two tries when the broker answers and refuses: it would be asked, and the log written, many times a second.
REFUSED_SECONDS = 1.0


class CarefulConsumer(Consumer):
    """Takes messages; one that Celery cannot make a task of is dropped."""

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        handle = super().create_task_handler(*args, **kwargs)

        def carefully(message: Any) -> Any:
            try:
                return handle(message)
            except (RedisError, OSError):
                raise  # the broker's trouble: connect again
            except Exception as exc:
                log.exception("broker_message_dropped", error=repr(exc)[:500])
                _forget(message)
                message.ack_log_error(log, (RedisError, OSError))

        return carefully

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        super().on_connection_error_after_connected(exc)
        _pause_after(exc)

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        super().on_connection_error_before_connected(exc)
        _pause_after(exc)


def _forget(message: Any) -> None:
    """Give back the place that its task took already: with as many as there are threads, nothing is taken any more."""
    for request in tuple(state.reserved_requests):
        if request.message is message:
            state.task_ready(request)


def run_worker(app: Celery, arguments: list[str], let_go: Callable[[], None]) -> None:
    """Run a worker in this process. Ends the process with an error unless it was asked to end by a signal.

    `let_go` is called once, in a thread of its own, when it begins to end, asked to or not: what its tasks wait for has
    to be told, or they keep a process alive that takes no messages any more.
    """
    asked, once = threading.Event(), _Once(let_go)

    @signals.worker_shutting_down.connect(weak=False)
    def note(**_: Any) -> None:
        asked.set()
        # In a thread: the signal comes from a signal handler, which must not wait for a lock that this thread holds.
        once.begin()

    class LetGo(bootsteps.StartStopStep):
        requires = ("celery.worker.components:Pool",)

        def __init__(self, parent: Any, **kwargs: Any) -> None:
            super().__init__(parent, **kwargs)

        def close(self, _: Any) -> None:
            once.begin()

    app.steps["worker"].add(LetGo)
    run: Callable[[list[str]], None] = app.worker_main  # typed as if it never returned
    run(["--quiet", "worker", "--pool=threads", "--without-mingle", "--without-gossip", *arguments])
    if not asked.is_set():
        log.critical("worker_ended_unasked")
        sys.exit("the worker ended without having been asked to; its log tells why")


def _pause_after(exc: Exception) -> None:
    """kombu waits for a broker that is not there, not for one that refuses."""
    if isinstance(exc, ResponseError):
        time.sleep(REFUSED_SECONDS)


class _Once:
    """Calls something once, in a thread."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call
        self._guard = threading.Lock()
        self._begun = False

    def begin(self) -> None:
        with self._guard:
            if self._begun:
                return
            self._begun = True
        threading.Thread(target=self._call, name="let-go").start()
