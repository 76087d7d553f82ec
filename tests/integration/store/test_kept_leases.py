"""Leases of jobs that were ended by force, and what else has their id since."""

import pytest

from common.store import Store
from common.store.outcomes import Outcome
from tests.builders import make_job
from tests.integration.store.test_job_verbs import place, start

pytestmark = pytest.mark.integration


def ended_by_force(store: Store) -> None:
    job = start(store)
    assert store.attempts.force_end(job.id, "cancelled by force") is Outcome.OK
    assert store.jobs.delete(job.id) is Outcome.OK


def test_a_later_job_of_the_same_id_has_none_of_its_attempt_numbers(store: Store) -> None:
    ended_by_force(store)

    later = place(store, gpu_ids=("GPU-1",))

    assert later.attempt == 2
    assert store.nodes.leases() == {("node-1", "GPU-0"): "one:1", ("node-1", "GPU-1"): "one:2"}


def test_both_are_kept_apart_until_each_is_released(store: Store) -> None:
    ended_by_force(store)
    later = place(store, gpu_ids=("GPU-1",))
    assert store.attempts.force_end(later.id, "cancelled by force") is Outcome.OK

    assert sorted(kept.holder for kept in store.nodes.kept()) == ["one:1", "one:2"]
    store.nodes.release([kept for kept in store.nodes.kept() if kept.holder == "one:1"])

    assert store.nodes.leases() == {("node-1", "GPU-1"): "one:2"}


def test_an_id_that_only_begins_alike_starts_at_one(store: Store) -> None:
    ended_by_force(store)

    assert place(store, make_job("on"), gpu_ids=("GPU-1",)).attempt == 1


def test_a_stalled_one_that_was_ended_by_force_is_not_said_to_stall(store: Store) -> None:
    job = start(store)
    store.attempts.note(job.id, 1, "stalled", "no step", stalled_since_ms=1)
    assert store.jobs.get(job.id).stalled_since is not None

    store.attempts.force_end(job.id, "cancelled by force")

    assert store.jobs.get(job.id).stalled_since is None
