"""Which version of a model answers after Redis was emptied: what the nodes read last, unless somebody decided since."""

import pytest

from common.deployments import Target
from common.jobs import Job
from common.store import Store, keys
from common.store.recovery import Kept
from tests.builders import make_deployment
from tests.integration.store.test_job_verbs import place
from tests.integration.store.test_recovery import keep, recover

pytestmark = pytest.mark.integration

NAME = "tiny"


def serve(store: Store, version: str, gpu: str) -> Job:
    """A version that answers; kept by its node as it is then."""
    (job_id,), _ = store.models.register(NAME, version, Target.LOCAL, 1, wanted=True)
    job = begin(store, job_id, version, gpu)
    answer(store, job)
    return job


def begin(store: Store, job_id: str, version: str, gpu: str) -> Job:
    job = place(store, make_deployment(job_id, NAME, version=version), gpu_ids=(gpu,))
    store.attempts.start(job.id, job.attempt, 4711, "/log", "started")
    return store.jobs.get(job.id)


def answer(store: Store, job: Job) -> None:
    said = {"name": NAME, "version": job.spec.serving.version, "endpoint": "http://x/v1", "message": ""}
    store.deployments.ready(job.id, job.attempt, **said)


def versions(store: Store) -> tuple[str, str, str]:
    model = store.models.get(NAME)
    assert model is not None
    return model.active, model.wanted, model.previous


@pytest.fixture
def both(store: Store) -> tuple[Kept, Kept]:
    """The first version answers, as its node knows; then the second does, as the other's knows."""
    first = serve(store, "v1", "GPU-0")
    kept_first = keep(store, first.id)
    second = serve(store, "v2", "GPU-1")
    return kept_first, keep(store, second.id)


def test_the_name_is_there_again_with_its_number_and_versions(store: Store, both: tuple[Kept, Kept]) -> None:
    store.client.flushall()
    for kept in both:
        recover(store, kept)

    assert store.models.ids_of(NAME) == ["tiny~deploy-1", "tiny~deploy-2"]
    (third,), version = store.models.register(NAME, "", Target.LOCAL, 1, wanted=False)
    assert (third, version) == ("tiny~deploy-3", "v3")
    store.models.forget(NAME, third)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["older first", "newer first"])
def test_what_was_read_last_holds_in_whatever_order_nodes_come_back(
    store: Store, both: tuple[Kept, Kept], order: tuple[int, int]
) -> None:
    store.client.flushall()
    for number in order:
        recover(store, both[number])

    assert versions(store) == ("v2", "v2", "v1")


def test_one_that_comes_back_alone_answers(store: Store, both: tuple[Kept, Kept]) -> None:
    store.client.flushall()
    recover(store, both[0])

    assert versions(store) == ("v1", "v1", "")


def test_a_version_that_is_on_its_way_leaves_the_other_one_answering(store: Store) -> None:
    first = serve(store, "v1", "GPU-0")
    kept_first = keep(store, first.id)
    (job_id,), _ = store.models.register(NAME, "v2", Target.LOCAL, 1, wanted=True)
    second = begin(store, job_id, "v2", "GPU-1")
    kept_second = keep(store, job_id)
    store.client.flushall()

    recover(store, kept_second)
    recover(store, kept_first)

    assert versions(store) == ("v1", "v2", "")
    answer(store, second)
    assert versions(store) == ("v2", "v2", "v1")


def test_what_a_user_decided_since_stays(store: Store, both: tuple[Kept, Kept]) -> None:
    store.client.flushall()
    recover(store, both[0])
    store.models.want(NAME, "v1", ["tiny~deploy-1"])

    recover(store, both[1])

    assert versions(store)[:2] == ("v1", "v1")


def test_a_model_is_not_made_of_a_deployment_that_was_deleted(store: Store, both: tuple[Kept, Kept]) -> None:
    store.client.flushall()
    store.client.set(keys.tombstone(both[0].task_id), "tiny~deploy-1")

    recover(store, both[0])

    assert store.models.all() == []
