"""Which Celery tasks are over: left by the script that ends a job, forgotten when Celery is known to agree."""

from collections.abc import Iterator

import pytest

from common.clock import to_ms
from common.messaging.app import make_app
from common.messaging.results import Results
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState, Verb
from common.store import Store, ended_tasks
from common.store.ended_tasks import EndedTask
from scheduler.duties import results as scheduler_results
from scheduler.duties.results import agree
from tests.builders import make_job
from tests.fault.redis_refusals import FULL, refusing
from tests.integration.store.test_job_verbs import start, submit

pytestmark = pytest.mark.integration


@pytest.fixture
def results(settings: Settings) -> Iterator[Results]:
    app = make_app(settings)
    yield Results(app)
    app.close()


def ended(store: Store) -> list[EndedTask]:
    return store.ended_tasks.before(to_ms(store.now()) + 60_000)


def test_each_end_leaves_its_task(store: Store) -> None:
    done, waiting = start(store, make_job("done")), submit(store, make_job("waiting"))
    store.attempts.end("done", 1, Verb.FAIL, Reason.EXIT_NONZERO, "it broke")
    store.jobs.cancel("waiting", "cancelled by ana")

    first, second = ended(store)

    assert (first.task_id, first.job_id, first.node, first.attempt) == (done.task_id, "done", "node-1", 1)
    assert (first.state, first.reason, first.message) == (JobState.FAILED, "exit_nonzero", "it broke")
    assert (second.task_id, second.node, second.state) == (waiting.task_id, "", JobState.CANCELLED)


def test_an_end_that_is_told_twice_leaves_one(store: Store) -> None:
    start(store)
    for _ in range(2):
        store.attempts.end("one", 1, Verb.COMPLETE, None, "done")
        store.jobs.cancel("one", "too late")

    assert len(ended(store)) == 1


def test_what_goes_on_leaves_none(store: Store) -> None:
    start(store)
    store.jobs.cancel("one", "a wish")
    store.attempts.requeue("one", 1, Reason.RUNNER_LOST, "again", delay_seconds=0, counter="infra_failures")

    assert ended(store) == []


def test_it_is_watched_until_no_worker_can_say_anything_else(
    store: Store, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_results, "GRACE_SECONDS", -60.0)
    start(store, make_job("done"))
    submit(store, make_job("waiting"))
    store.attempts.end("done", 1, Verb.COMPLETE, None, "done")
    store.jobs.cancel("waiting", "cancelled by ana")

    agree(store, results)
    watched = [task.job_id for task in ended(store)]
    monkeypatch.setattr(scheduler_results, "WATCH_SECONDS", -60.0)
    agree(store, results)

    assert watched == ["done"]
    assert ended(store) == []


def test_more_than_a_page_of_them_is_read_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended_tasks, "_PAGE", 3)
    for number in range(7):
        job = make_job(f"job-{number}")
        store.jobs.submit(job, "accepted")
        store.jobs.cancel(job.id, "cancelled")

    assert len(ended(store)) == 7
    assert store.ended_tasks.before(0) == []


def test_a_full_redis_keeps_it_for_the_next_look(
    store: Store, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_results, "GRACE_SECONDS", -60.0)
    submit(store)
    store.jobs.cancel("one", "cancelled by ana")
    with refusing(store.client, FULL):
        agree(store, results)
        kept = len(ended(store))
    agree(store, results)

    assert (kept, ended(store)) == (1, [])
