"""The rescuer over a real Redis: what becomes of jobs whose node does not speak any more."""

import pytest

from common.jobs import Job
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState
from common.store import Store
from scheduler.rescuer import rescue
from scheduler.scheduler import Scheduler
from tests.builders import make_job, make_node, make_spec
from tests.integration.store.test_job_verbs import start

pytestmark = pytest.mark.integration


@pytest.fixture
def hints() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def scheduler(store: Store, settings: Settings, hints: list[tuple[str, int]]) -> Scheduler:
    return Scheduler(store, settings, lambda job, attempt: hints.append((job.id, attempt)))


def with_policy(policy: str) -> Job:
    return make_job(spec=make_spec(on_node_lost=policy))


def take_over(store: Store, **changes: object) -> None:
    """Another disk speaks for the node."""
    store.nodes.heartbeat(make_node(**{"instance": "instance-2", **changes}), ttl_seconds=0)


@pytest.mark.parametrize("policy", ["wait", "requeue", "fail"])
def test_what_ran_on_another_disk_of_the_same_boot_keeps_its_gpus_whatever_the_policy(
    scheduler: Scheduler, store: Store, hints: list, policy: str
) -> None:
    start(store, with_policy(policy))
    take_over(store)

    rescue(scheduler)

    job = store.jobs.get("one")
    assert (job.state, job.reason) == (JobState.RUNNING, Reason.NODE_LOST)
    assert store.nodes.leases() == {("node-1", "GPU-0"): "one:1"}
    assert hints == []
    assert "another disk speaks for node node-1 than the one" in store.events.newest("one", 1)[0][0].message


@pytest.mark.parametrize(
    ("policy", "state"), [("wait", JobState.RUNNING), ("requeue", JobState.QUEUED), ("fail", JobState.FAILED)]
)
def test_what_ran_on_another_disk_and_boot_is_settled_by_its_policy(
    scheduler: Scheduler, store: Store, policy: str, state: JobState
) -> None:
    start(store, with_policy(policy))
    take_over(store, boot_id="boot-2")

    rescue(scheduler)

    assert store.jobs.get("one").state is state
