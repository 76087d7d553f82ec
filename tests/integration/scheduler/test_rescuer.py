"""The rescuer over a real Redis: what becomes of jobs whose node does not speak any more."""

import pytest

from common.jobs import Job
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState
from common.store import Store, keys
from scheduler.lost_nodes import settle_fenced
from scheduler.rescuer import rescue
from scheduler.scheduler import Scheduler
from tests.builders import make_job, make_node, make_spec
from tests.integration.store.test_job_verbs import start
from tests.integration.store.two_nodes import place_on_both

pytestmark = pytest.mark.integration


@pytest.fixture
def hints() -> list[tuple[str, str, int]]:
    return []


@pytest.fixture
def scheduler(store: Store, settings: Settings, hints: list[tuple[str, str, int]]) -> Scheduler:
    return Scheduler(store, settings, lambda job, place, attempt: hints.append((job.id, place.node, attempt)))


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


@pytest.fixture
def on_two_nodes(store: Store) -> Job:
    """Running there."""
    place_on_both(store, with_policy("fail"))
    store.attempts.start("one", 1, 4711, "/log", "started")
    return store.jobs.get("one")


def overdue(store: Store) -> None:
    store.client.hset(keys.of("one").record, "seen_at_ms", 1)


def test_a_job_on_two_nodes_is_hinted_again_to_both(
    scheduler: Scheduler, store: Store, hints: list, on_two_nodes: Job
) -> None:
    overdue(store)

    rescue(scheduler)

    assert hints == [("one", "node-1", 1), ("one", "node-2", 1)]


def test_nobody_is_hinted_while_one_of_them_is_silent(
    scheduler: Scheduler, store: Store, hints: list, on_two_nodes: Job
) -> None:
    overdue(store)
    store.client.hset(keys.node("node-2"), "heartbeat_at_ms", 1)

    rescue(scheduler)

    assert hints == []


def test_a_job_on_two_nodes_is_settled_when_another_disk_speaks_for_the_second(
    scheduler: Scheduler, store: Store, on_two_nodes: Job
) -> None:
    store.nodes.heartbeat(make_node("node-2", boot_id="boot-3", instance="instance-3"), ttl_seconds=0)

    rescue(scheduler)

    job = store.jobs.get("one")
    assert (job.state, job.reason) == (JobState.FAILED, Reason.NODE_LOST)
    assert job.message == "another disk speaks for node node-2 than the one that it ran on"


def test_a_job_on_two_nodes_is_settled_when_the_second_was_declared_lost(store: Store, on_two_nodes: Job) -> None:
    store.nodes.heartbeat(make_node("node-2", boot_id="boot-2", instance="instance-3"), ttl_seconds=0)
    store.nodes.fence("node-2", [], "somebody", "burnt", ttl_seconds=0, force=True)
    assert settle_fenced(store, store.jobs.placed(), store.nodes.fenced()) == {}  # only its later disk

    store.nodes.fence("node-2", ["instance-2"], "somebody", "burnt", ttl_seconds=0, force=True)

    assert settle_fenced(store, store.jobs.placed(), store.nodes.fenced()) == {"one": "failed"}
    assert "node node-2 was declared lost" in store.jobs.get("one").message
