"""The Celery app of every process, and our two uses of it: ringing a doorbell and showing a job's state.

`celery -A common.messaging.app` finds `app` here; it is made on first use, so that importing reads no settings.
"""

import math
from typing import Any
from urllib.parse import urlencode

from celery import Celery, signals, states

import celeryconfig
from common.ids import new_task_id
from common.jobs import Job
from common.messaging import redis_password, task_names
from common.places import Place
from common.settings import Settings, load_settings

_made: dict[str, Celery] = {}


@signals.setup_logging.connect
def _leave_logging_alone(**_: Any) -> None:
    """Being connected is enough: Celery then leaves logging to common.logging."""


def make_app(settings: Settings) -> Celery:
    """A Celery app on the broker and result backend of the settings."""
    app = Celery("swift_trainer", set_as_current=True)
    app.config_from_object(celeryconfig)
    broker, backend = settings.redis_url(settings.redis_broker_db), settings.redis_url(settings.redis_db)
    has_password = bool(settings.redis_password)
    redis_password.RedisPassword.known = settings.redis_password
    app.conf.update(
        broker_url=_celery_url(broker, has_password=has_password),
        result_expires=math.ceil(settings.retention_results_days * 86_400),  # 0: never
        result_backend=_celery_url(backend, has_password=has_password),
        worker_enable_remote_control=settings.celery_remote_control,
        # A unix socket has no keepalive, and Celery's backend would pass the option on all the same.
        redis_socket_keepalive=not settings.redis_socket,
    )
    app.set_default()
    return app


def __getattr__(name: str) -> Celery:
    if name != "app":
        raise AttributeError(name)
    if "app" not in _made:
        _made["app"] = make_app(load_settings())
    return _made["app"]


def ring(app: Celery, job: Job, queue: str = task_names.TRAINING_QUEUE) -> None:
    """Ask a scheduler for a pass, under the job's task id, so that Celery knows the job from now on.

    A hint only: when the broker does not take it, the scheduler's own clock finds the job.
    """
    send(app, task_names.PLACE, [job.id], queue, job.task_id, priority=job.priority)


def send_run(app: Celery, job: Job, place: Place, attempt: int) -> None:
    """Tell a node of the job to run, or to keep following, that attempt; only the disk of that place is meant."""
    send(
        app,
        task_names.RUN,
        [job.id, attempt, place.instance],
        task_names.node_queue(place.node),
        job.task_id,
        priority=job.priority,
    )


def ring_node(app: Celery, node: str) -> None:
    """Ask a node to look at its chores now; it does so by its own clock, too."""
    send(app, task_names.CHORES, [], task_names.node_queue(node), new_task_id(), priority=0)


def send(app: Celery, name: str, args: list[Any], queue: str, task_id: str, *, priority: int) -> None:
    """Publish a task by name; fails within seconds when the broker is away.

    `ignore_result` keeps the publisher from subscribing to the result; the header undoes it for the worker, so that
    each task's own option decides whether its result is kept.
    """
    app.send_task(
        name,
        args=args,
        queue=queue,
        task_id=task_id,
        priority=celeryconfig.HIGHEST_PRIORITY - priority,
        ignore_result=True,
        # Sent from within `place`, the message would otherwise name its own task as its parent.
        headers={"ignore_result": None, "root_id": task_id, "parent_id": None},
        retry=False,
    )


def show_cancelled(app: Celery, job: Job) -> None:
    """Make Celery's view of a job that never reached a worker say REVOKED."""
    app.backend.store_result(job.task_id, None, states.REVOKED)
    with app.events.default_dispatcher() as dispatcher:
        dispatcher.send("task-revoked", uuid=job.task_id, terminated=False, signum=None, expired=False)


def _celery_url(url: str, *, has_password: bool) -> str:
    """Our URL in kombu's spelling; what knows the password is named in it."""
    query = {"credential_provider": redis_password.NAME} if has_password else {}
    if url.startswith("unix://"):
        path, _, db = url.removeprefix("unix://").partition("?db=")
        return f"redis+socket://{path}?{urlencode({'virtual_host': db} | query)}"
    return f"{url}?{urlencode(query)}" if query else url
