"""Waiting jobs that nodes refused, over a real Redis."""

import pytest

from common.reasons import Reason
from common.refusals import Refusal, dump_refusals
from common.settings import Settings
from common.states import JobState
from common.store import Store, keys
from scheduler.scheduler import Scheduler
from scheduler.scheduling_pass import run_passes
from scheduler.snapshot import AWAITED_SECONDS
from tests.builders import make_job, make_node

pytestmark = pytest.mark.integration

REFUSAL = Refusal("node-1", "instance-1", 1, "model_not_found", "model_path: '/m' does not exist")


@pytest.fixture
def scheduler(store: Store, settings: Settings) -> Scheduler:
    return Scheduler(store, settings, lambda *_: None)


def refused(store: Store) -> None:
    """node-1 has refused it, and it waits."""
    store.nodes.heartbeat(make_node(), 600)
    store.jobs.submit(make_job(), "accepted")
    store.client.hset(keys.of("one").record, "refused_by", dump_refusals([REFUSAL]))


def test_it_waits_for_a_node_that_is_there_and_not_ready(scheduler: Scheduler, store: Store) -> None:
    refused(store)
    store.nodes.heartbeat(make_node("node-2", state="not_ready", why=("DATA_DIR is full",)), 600)

    run_passes(scheduler)

    assert store.jobs.get("one").state is JobState.QUEUED


@pytest.mark.parametrize("away", ["drained", "stopped", "silent"])
def test_it_waits_for_a_node_that_is_expected_back(scheduler: Scheduler, store: Store, away: str) -> None:
    refused(store)
    store.nodes.heartbeat(make_node("node-2", state="gone" if away == "stopped" else "ready"), 600)
    if away == "drained":
        store.nodes.drain("node-2", "ann", "new disk")
    if away == "silent":
        silent_for(store, "node-2", AWAITED_SECONDS / 2)

    run_passes(scheduler)

    assert store.jobs.get("one").state is JobState.QUEUED


def test_it_fails_when_all_that_could_run_it_have_refused_and_names_those_that_are_not_expected_back(
    scheduler: Scheduler, store: Store
) -> None:
    refused(store)
    store.nodes.heartbeat(make_node("node-2"), 600)
    silent_for(store, "node-2", AWAITED_SECONDS + 1)

    run_passes(scheduler)

    job = store.jobs.get("one")
    assert (job.state, job.reason) == (JobState.FAILED, Reason.MODEL_NOT_FOUND)
    assert job.message.startswith("model_path: '/m' does not exist; these were not asked: node-2 (silent for ")
    assert store.queue.jobs() == []


def silent_for(store: Store, name: str, seconds: float) -> None:
    spoke_at_ms = int(store.client.hget(keys.node(name), "heartbeat_at_ms")) - int(seconds * 1000)
    store.client.hset(keys.node(name), "heartbeat_at_ms", spoke_at_ms)


def test_a_held_job_is_not_failed(scheduler: Scheduler, store: Store) -> None:
    refused(store)
    store.jobs.hold("one", "held")

    run_passes(scheduler)

    assert store.jobs.get("one").state is JobState.PENDING


def test_another_worker_of_the_node_is_asked_again(scheduler: Scheduler, store: Store) -> None:
    refused(store)
    store.nodes.heartbeat(make_node(session=2), 600)

    run_passes(scheduler)

    assert store.jobs.get("one").state is JobState.ASSIGNED


def test_who_starts_a_waiting_job_again_has_all_nodes_asked_again(scheduler: Scheduler, store: Store) -> None:
    refused(store)
    store.jobs.release("one", "started")

    run_passes(scheduler)

    assert (store.jobs.get("one").state, store.jobs.get("one").refused_by) == (JobState.ASSIGNED, ())
