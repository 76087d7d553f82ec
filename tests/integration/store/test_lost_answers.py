"""The answer of a script is lost and redis-py sends it again: it is done once, and answered as the first time."""

from collections.abc import Callable, Iterator

import pytest

from common.access.api_keys import ApiKey, Scope
from common.clock import now
from common.datasets import Dataset, DatasetState
from common.deployments import Target
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState, Verb
from common.store import Store, keys, open_store
from common.store.outcomes import Outcome
from tests.builders import make_deployment, make_job, make_node, make_placing
from tests.integration.store.test_job_verbs import place, start, submit
from tests.redis_proxy import LossyProxy

pytestmark = pytest.mark.integration


@pytest.fixture
def far(proxy: LossyProxy, store: Store, make_settings: Callable[..., Settings]) -> Iterator[Store]:
    """The same Redis, behind the proxy."""
    opened = open_store(make_settings(REDIS_SOCKET=proxy.path, NODE_TTL_SECONDS=600))
    yield opened
    opened.client.close()


def events(store: Store, job_id: str = "one") -> list[str]:
    return [event.type for event in store.events.newest(job_id, 100)[0]]


def over(store: Store) -> None:
    start(store)
    store.attempts.end("one", 1, Verb.COMPLETE, None, "done")


def a_dataset(state: DatasetState = DatasetState.UPLOADING) -> Dataset:
    return Dataset("ds-1", "rows", "jsonl", state, now(), "ana", bytes=3, sha256="a" * 64)


def test_a_job_is_accepted_once_under_the_first_id(far: Store, proxy: LossyProxy) -> None:
    proxy.lose_next("EVALSHA")

    assert far.jobs.submit(make_job(), "accepted") == "one"

    assert proxy.has_lost
    assert (far.listings.page(0, 9)[1], events(far)) == (1, ["submit"])


def test_a_deployment_is_numbered_once(far: Store, store: Store, proxy: LossyProxy) -> None:
    proxy.lose_next("EVALSHA")

    ids, version = far.models.register("tiny", "", Target.LOCAL, 2, wanted=True)

    assert (ids, version) == (["tiny~deploy-1", "tiny~deploy-1.2"], "v1")
    assert store.models.ids_of("tiny") == ids
    for job_id in ids:
        store.models.forget("tiny", job_id)


def test_a_key_is_created_once(far: Store, proxy: LossyProxy) -> None:
    proxy.lose_next("EVALSHA")

    far.api_keys.create(ApiKey("a" * 16, "ci", Scope.WRITE, "hash", now()))

    assert [key.name for key in far.api_keys.all()] == ["ci"]


def test_an_export_begins_and_a_job_is_deleted_once(far: Store, store: Store, proxy: LossyProxy) -> None:
    over(store)
    proxy.lose_next("EVALSHA")
    assert far.exports.begin("one", "one.export-1", "asked for") is Outcome.OK
    assert events(far).count("begin_export") == 1

    proxy.lose_next("EVALSHA")
    assert far.jobs.delete("one") is Outcome.OK
    assert proxy.has_lost


def test_a_data_set_is_finished_and_deleted_once(far: Store, store: Store, proxy: LossyProxy) -> None:
    store.datasets.create(a_dataset())
    proxy.lose_next("EVALSHA")
    assert far.datasets.finish(a_dataset())

    proxy.lose_next("EVALSHA")
    assert far.datasets.delete(a_dataset(DatasetState.READY)) == "gone"


def test_a_new_priority_fits_the_revision_that_it_was_given_for(far: Store, store: Store, proxy: LossyProxy) -> None:
    job = submit(store)
    proxy.lose_next("EVALSHA")

    assert far.jobs.reprioritise("one", 7, "urgent", job.revision) is Outcome.OK

    assert (store.jobs.get("one").priority, events(store)) == (7, ["submit", "reprioritise"])


def test_a_pass_begins_and_places_once(far: Store, store: Store, proxy: LossyProxy) -> None:
    submit(store)
    store.nodes.heartbeat(make_node(), 30)
    proxy.lose_next("EVALSHA")
    epoch = far.passes.begin("mine")
    assert epoch > 0

    proxy.lose_next("EVALSHA")
    assert far.attempts.assign("one", make_placing(epoch, "GPU-0")) == (Outcome.OK, 1)

    assert store.jobs.get("one").attempt == 1


@pytest.mark.parametrize(
    "finish",
    [
        lambda store: store.attempts.end("one", 1, Verb.COMPLETE, None, "done"),
        lambda store: store.attempts.requeue(
            "one", 1, Reason.RUNNER_LOST, "again", delay_seconds=0, counter="infra_failures"
        ),
    ],
    ids=["end", "requeue"],
)
def test_an_end_that_arrived_is_an_end_also_for_who_did_not_hear_it(
    far: Store, store: Store, proxy: LossyProxy, finish: Callable[[Store], Outcome]
) -> None:
    start(store)
    proxy.lose_next("EVALSHA")

    assert finish(far) is Outcome.OK

    # Both tries were lost, and the worker asks again when Redis answers: a call of its own.
    assert finish(store) is Outcome.OK
    assert store.jobs.get("one").infra_failures <= 1
    assert len(events(store)) == 4


def test_a_deployment_is_reopened_once(far: Store, store: Store, proxy: LossyProxy) -> None:
    job = make_deployment()
    submit(store, job)
    store.jobs.cancel(job.id, "stopped")
    proxy.lose_next("EVALSHA")

    assert far.deployments.reopen(job.id, "started again") is Outcome.OK

    assert events(store, job.id).count("reopen") == 1


def test_another_end_of_the_same_attempt_is_refused(store: Store) -> None:
    over(store)

    assert store.attempts.end("one", 1, Verb.FAIL, Reason.EXIT_NONZERO, "broke") is Outcome.MOVED_ON
    assert store.jobs.get("one").state is JobState.COMPLETED


def test_what_was_answered_is_soon_forgotten(store: Store) -> None:
    place(store)

    kept = [store.client.pttl(key) for key in store.client.scan_iter(f"{keys.answer_of('')}*")]

    assert kept
    assert all(0 < milliseconds <= 30_000 for milliseconds in kept)
