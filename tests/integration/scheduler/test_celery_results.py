"""Celery's results agree with the outbox, in which each end is told; what is settled is not looked at again."""

from collections.abc import Iterator

import pytest

from common.errors import StoreFull
from common.messaging.app import make_app
from common.messaging.results import Results
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState, Verb
from common.store import Store
from common.store.outbox import Transition
from scheduler.duties import results as celery_results
from scheduler.duties.results import READER, agree
from tests.builders import make_job
from tests.fault.redis_refusals import FULL, refusing
from tests.integration.store.test_job_verbs import start, submit

pytestmark = pytest.mark.integration


@pytest.fixture
def results(settings: Settings) -> Iterator[Results]:
    app = make_app(settings)
    yield Results(app)
    app.close()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker is given time to write the result itself."""
    monkeypatch.setattr(celery_results, "GRACE_SECONDS", -60.0)


def ended(store: Store) -> list[Transition]:
    """The ends that are not settled yet."""
    return [transition for transition in store.outbox.unread(READER) if transition.is_end]


def test_each_end_leaves_its_task(store: Store) -> None:
    done, waiting = start(store, make_job("done")), submit(store, make_job("waiting"))
    store.attempts.end("done", 1, Verb.FAIL, Reason.EXIT_NONZERO, "it broke")
    store.jobs.cancel("waiting", "cancelled by ana")

    first, second = ended(store)

    assert (first.task_id, first.job_id, first.node, first.attempt) == (done.task_id, "done", "node-1", 1)
    assert (first.target, first.reason, first.message) == (JobState.FAILED, "exit_nonzero", "it broke")
    assert (second.task_id, second.node, second.target) == (waiting.task_id, "", JobState.CANCELLED)


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


@pytest.mark.usefixtures("at_once")
def test_it_is_watched_until_no_worker_can_say_anything_else(
    store: Store, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(store, make_job("waiting"))
    store.jobs.cancel("waiting", "cancelled by ana")
    start(store, make_job("done"))
    store.attempts.end("done", 1, Verb.COMPLETE, None, "done")

    agree(store, results)
    watched = [end.job_id for end in ended(store)]
    monkeypatch.setattr(celery_results, "WATCH_SECONDS", -60.0)
    agree(store, results)

    assert watched == ["done"]
    assert ended(store) == []


@pytest.mark.usefixtures("at_once")
def test_what_is_settled_behind_one_that_is_watched_is_written_and_read_again(store: Store, results: Results) -> None:
    start(store, make_job("done"))
    store.attempts.end("done", 1, Verb.COMPLETE, None, "done")
    submit(store, make_job("waiting"))
    store.jobs.cancel("waiting", "cancelled by ana")

    agree(store, results)

    assert [end.job_id for end in ended(store)] == ["done", "waiting"]
    assert all(results.agrees(end) for end in ended(store))


@pytest.mark.usefixtures("at_once")
def test_what_was_deleted_meanwhile_is_told_all_the_same(store: Store, results: Results) -> None:
    submit(store)
    store.jobs.cancel("one", "cancelled by ana")
    store.jobs.delete("one")
    (end,) = ended(store)

    agree(store, results)

    assert results.agrees(end)
    assert ended(store) == []


@pytest.mark.usefixtures("at_once")
def test_a_full_redis_keeps_it_for_the_next_look(store: Store, results: Results) -> None:
    submit(store)
    store.jobs.cancel("one", "cancelled by ana")
    with refusing(store.client, FULL):
        with pytest.raises(StoreFull):  # it may not even note how far it came; the ticker waits then
            agree(store, results)
        kept = len(ended(store))
    agree(store, results)

    assert (kept, ended(store)) == (1, [])
