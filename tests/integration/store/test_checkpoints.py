"""What followers tell of their checkpoints: fenced by the attempt, bounded, gone with the job."""

import pytest

from common.checkpoints import Checkpoint
from common.states import Verb
from common.store import Store, keys
from common.store.checkpoints import ATTEMPTS_MAX, SavedCheckpoints
from common.store.outcomes import Outcome
from tests.integration.store.test_job_verbs import start

pytestmark = pytest.mark.integration

ONE = Checkpoint("checkpoint-5", "/o/attempt-1/checkpoint-5", 5, 1, "gpu-1", 10, True, 0.5, 2.5, {"eval_loss": 3.5})
SAVED = SavedCheckpoints((ONE,), ONE.path, 2)


def test_checkpoints_are_read_as_they_were_told_however_often(store: Store) -> None:
    job = start(store)

    assert [store.checkpoints.report(job.id, 1, SAVED) for _ in range(2)] == [Outcome.OK, Outcome.OK]

    assert store.checkpoints.of(job.id) == [SAVED]


def test_those_of_an_attempt_that_is_over_are_refused(store: Store) -> None:
    job = start(store)

    assert store.checkpoints.report(job.id, 2, SAVED) is Outcome.STALE_ATTEMPT
    assert store.checkpoints.report("nobody", 1, SAVED) is Outcome.MISSING
    store.attempts.end(job.id, 1, Verb.FAIL, None, "over")
    assert store.checkpoints.report(job.id, 1, SAVED) is Outcome.MOVED_ON
    assert store.checkpoints.of(job.id) == []


def test_of_many_attempts_the_newest_are_kept(store: Store) -> None:
    job = start(store)
    name = keys.of(job.id).checkpoints
    for attempt in range(100, 101 + ATTEMPTS_MAX):
        store.client.hset(name, str(attempt), "{}")
    store.client.hset(name, "9", "{}")

    store.checkpoints.report(job.id, 1, SAVED)

    assert sorted(map(int, store.client.hkeys(name))) == list(range(101, 101 + ATTEMPTS_MAX))


def test_they_go_with_the_job(store: Store) -> None:
    job = start(store)
    store.checkpoints.report(job.id, 1, SAVED)

    assert keys.of(job.id).checkpoints in keys.of(job.id).below(1)
    assert store.client.exists(keys.of(job.id).checkpoints) == 1
