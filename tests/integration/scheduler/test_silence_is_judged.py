"""The rescuer over a real Redis: silence is judged only where nodes could have spoken."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from common.clock import to_ms
from common.job_specs import OnNodeLost
from common.settings import Settings
from common.states import JobState
from common.store import Store, keys
from scheduler.rescuer import rescue
from scheduler.scheduler import Scheduler
from scheduler.scheduling_pass import run_passes
from scheduler.snapshot import take_snapshot
from scheduler.store_watch import StoreWatch
from tests.builders import make_job, make_node, make_spec
from tests.integration.store.test_job_verbs import start, submit

pytestmark = pytest.mark.integration

TTL = 600.0
POLICIES = ["fail", "requeue"]


@pytest.fixture
def scheduler(store: Store, settings: Settings) -> Scheduler:
    return Scheduler(store, settings, lambda *_: None, StoreWatch(TTL))


def runs(store: Store, policy: str) -> None:
    start(store, make_job(spec=make_spec(on_node_lost=OnNodeLost(policy))))


def silent(store: Store, name: str, seconds: float) -> None:
    at_ms = to_ms(store.now()) - int(seconds * 1000)
    store.client.hset(keys.node(name), "heartbeat_at_ms", at_ms)


def answered_for(scheduler: Scheduler, seconds: float) -> None:
    """As if this scheduler had asked Redis for so long already."""
    assert scheduler.watch is not None
    scheduler.watch.look(scheduler.store)
    scheduler.watch._answers_since -= timedelta(seconds=seconds)


def state(store: Store) -> JobState:
    return store.jobs.get("one").state


@pytest.mark.parametrize("policy", POLICIES)
def test_a_scheduler_that_has_just_started_gives_up_nobody(store: Store, scheduler: Scheduler, policy: str) -> None:
    runs(store, policy)
    silent(store, "node-1", 10 * TTL)

    rescue(scheduler)

    assert state(store) is JobState.RUNNING


@pytest.mark.parametrize(("policy", "after"), [("fail", "failed"), ("requeue", "queued")])
def test_a_node_that_could_speak_and_does_not_is_given_up(
    store: Store, scheduler: Scheduler, policy: str, after: str
) -> None:
    runs(store, policy)
    silent(store, "node-1", TTL)
    answered_for(scheduler, TTL)

    rescue(scheduler)

    assert state(store) == after


def test_two_of_three_nodes_are_not_given_up_together(store: Store, scheduler: Scheduler) -> None:
    runs(store, "fail")
    for name in ("node-2", "node-3"):
        store.nodes.heartbeat(make_node(name), TTL)
    silent(store, "node-1", TTL), silent(store, "node-2", TTL)
    answered_for(scheduler, TTL)

    rescue(scheduler)
    assert state(store) is JobState.RUNNING
    assert scheduler.watch is not None
    assert scheduler.watch.withheld == {"node-1", "node-2"}

    answered_for(scheduler, 3 * TTL)
    silent(store, "node-1", 3 * TTL)
    rescue(scheduler)
    assert state(store) is JobState.FAILED
    assert scheduler.watch.withheld == frozenset()


@pytest.mark.parametrize("policy", POLICIES)
def test_a_node_that_an_emptied_store_does_not_know_yet_is_not_given_up(
    store: Store, scheduler: Scheduler, policy: str
) -> None:
    runs(store, policy)
    answered_for(scheduler, 10 * TTL)
    store.client.delete(keys.STORE, keys.NODES, keys.node("node-1"))

    rescue(scheduler)

    assert state(store) is JobState.RUNNING


@pytest.fixture
def started_now(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """As if Redis had been started so many seconds ago, and all that it holds were older."""
    real = store.client.info

    def set_age(seconds: float) -> None:
        monkeypatch.setattr(store.client, "info", lambda section: {**real(section), "uptime_in_seconds": int(seconds)})

    return set_age


def test_nothing_is_placed_before_each_node_that_an_older_copy_knows_has_spoken(
    store: Store, settings: Settings, scheduler: Scheduler, started_now: Callable[[float], None]
) -> None:
    for name in ("node-1", "node-2"):
        store.nodes.heartbeat(make_node(name), TTL)
    silent(store, "node-2", 120)
    submit(store)
    started_now(60)

    run_passes(scheduler)
    assert state(store) is JobState.QUEUED
    (blocked,) = (take_snapshot(store, settings).limits.unheard,)
    assert blocked == ("node-2",)

    store.nodes.heartbeat(make_node("node-2"), TTL, 1)
    run_passes(scheduler)
    assert state(store) is JobState.ASSIGNED


def test_a_node_that_does_not_speak_is_waited_for_as_long_as_the_ttl(
    store: Store, scheduler: Scheduler, started_now: Callable[[float], None]
) -> None:
    for name in ("node-1", "node-2"):
        store.nodes.heartbeat(make_node(name), TTL)
    silent(store, "node-2", 2 * TTL)
    submit(store)
    started_now(TTL + 1)

    run_passes(scheduler)

    assert (state(store), store.jobs.get("one").node) == (JobState.ASSIGNED, "node-1")
