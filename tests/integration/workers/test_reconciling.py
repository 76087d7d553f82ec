"""A node compares its disk with a store that is an older copy, over a real Redis."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from common.jobs import Job
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState, Verb
from common.store import Store
from common.store.outcomes import Outcome
from tests.builders import make_job
from tests.integration.store.test_job_verbs import place, start
from tests.integration.store.test_recovery import copy_of, place_again, requeue, restore
from tests.integration.workers.local_node import make_local_node
from workers.attempts.attempt import Attempt
from workers.attempts.ends import ESTRANGED, End, EndKind
from workers.attempts.folder import AttemptFolder, folder_of
from workers.attempts.recovering import remember
from workers.follower import follow
from workers.lives import training
from workers.node.inventory.slots import cpu_slots
from workers.node.local import LocalNode
from workers.node.reconciling import look_again, reconcile

pytestmark = pytest.mark.integration


@pytest.fixture
def node(settings: Settings, store: Store) -> Iterator[LocalNode]:
    made = make_local_node(settings, store)
    yield made
    made.detach.set()


def on_disk(node: LocalNode, job: Job) -> AttemptFolder:
    """The folder of a job's present attempt, as a follower leaves it."""
    folder = folder_of(node.folder, job, job.attempt)
    folder.create(job, job.attempt)
    remember(node, folder)
    return folder


def test_the_next_attempt_is_numbered_behind_all_on_this_disk(node: LocalNode, store: Store) -> None:
    """Also behind those of an earlier job's of that id, which are another's."""
    earlier = start(store)
    store.attempts.end("one", 1, Verb.COMPLETE, None, "done")
    on_disk(node, earlier.evolve(attempt=7)).mark_ended()
    store.jobs.delete("one")
    on_disk(node, start(store)).mark_ended()
    copy = copy_of(store)
    requeue(store)
    place_again(store)
    on_disk(node, store.jobs.get("one")).mark_ended()
    restore(store, copy)

    reconcile(node)
    requeue(store)
    place_again(store)

    assert store.jobs.get("one").attempt == 3


def test_ends_are_told_before_what_runs_on_the_same_gpu(node: LocalNode, store: Store) -> None:
    """In the copy the first job holds the GPU; in truth it has ended and the second one runs there."""
    first = start(store, make_job("first"))
    copy = copy_of(store)
    on_disk(node, first)
    store.attempts.end("first", 1, Verb.COMPLETE, None, "done")
    ended = on_disk(node, store.jobs.get("first"))
    ended.mark_ended()
    second = start(store, make_job("second"))
    running = on_disk(node, second)
    restore(store, copy)

    reconcile(node)

    assert store.jobs.get("first").state is JobState.COMPLETED
    assert store.jobs.get("second").state is JobState.RUNNING
    assert store.nodes.leases() == {("node-1", "GPU-0"): "second:1"}
    assert not running.has_ended
    assert list(store.facts.read().restored) == ["node-1"]


def test_an_emptied_store_is_said_to_be_one_once_it_was_known(node: LocalNode, store: Store) -> None:
    reconcile(node)
    assert store.facts.read().known_before == {}
    store.client.flushall()

    reconcile(node)

    assert list(store.facts.read().known_before) == ["node-1"]


def test_what_has_no_place_keeps_its_gpu_until_it_has_ended_or_has_one(node: LocalNode, store: Store) -> None:
    held = place(store, gpu_ids=("cpu-0",))
    folder = on_disk(node, held)
    store.client.flushall()
    place(store, make_job("other"), gpu_ids=("cpu-0",))

    reconcile(node)

    assert [gpu.foreign_processes for gpu in node.estranged.withhold(cpu_slots(2))] == [(0,), ()]
    (note,) = node.estranged.notes()
    assert note.endswith("runs and is not in the store: another one holds the lease of its GPU or port")
    assert not look_again(node)
    assert not folder.has_ended
    store.attempts.end("other", 1, Verb.FAIL, Reason.EXIT_NONZERO, "failed")
    assert look_again(node)
    assert (store.jobs.get("one").attempt, node.estranged.notes()) == (1, ())


def test_what_another_job_has_the_id_of_is_settled_when_it_has_ended(node: LocalNode, store: Store) -> None:
    folder = on_disk(node, place(store))
    store.client.flushall()
    other = place(store, make_job("one"), gpu_ids=("GPU-1",))

    reconcile(node)
    assert not folder.has_ended
    look_again(node)

    assert folder.has_ended
    assert store.jobs.get("one") == other


def test_an_attempt_of_which_nothing_is_kept_is_not_ended(node: LocalNode, store: Store) -> None:
    """As a release before this one left it."""
    job = place(store)
    folder = folder_of(node.folder, job, 1)
    folder.create(job, 1)
    store.client.flushall()

    reconcile(node)

    assert not folder.has_ended
    assert node.estranged.notes() == (
        "attempt 1 of one runs and is not in the store: the store lost its record, and this disk has none",
    )


def when_its_folder_is_made(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Between a follower's first look at the record and its next."""
    create = AttemptFolder.create

    def made(folder: AttemptFolder, *args: Any, **facts: Any) -> None:
        create(folder, *args, **facts)
        happens()

    monkeypatch.setattr(AttemptFolder, "create", made)


def test_what_is_forgotten_before_it_starts_has_its_lease_again_when_it_does(
    node: LocalNode, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = place(store)
    when_its_folder_is_made(monkeypatch, store.client.flushall)
    started = []

    def train(attempt: Attempt) -> End:
        started.append((store.jobs.get("one").task_id, store.nodes.leases()))
        return End(EndKind.COMPLETED)

    monkeypatch.setattr(training, "train_then_merge", train)

    follow(node, "one", 1, lambda _: None)

    assert started == [(job.task_id, {("node-1", "GPU-0"): "one:1"})]


def test_what_is_forgotten_before_it_starts_does_not_start_where_another_has_its_gpu(
    node: LocalNode, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget() -> None:
        store.client.flushall()
        place(store, make_job("other"), gpu_ids=("cpu-0",))

    place(store, gpu_ids=("cpu-0",))
    when_its_folder_is_made(monkeypatch, forget)
    monkeypatch.setattr(training, "train_then_merge", lambda _: pytest.fail("it has no GPU"))

    assert follow(node, "one", 1, lambda _: None) is ESTRANGED

    assert len(node.estranged.notes()) == 1
    assert store.nodes.leases() == {("node-1", "cpu-0"): "other:1"}


def test_what_has_no_place_keeps_its_gpu_when_nothing_is_kept_of_it(node: LocalNode, store: Store) -> None:
    job = place(store, gpu_ids=("cpu-0",))
    folder = folder_of(node.folder, job, 1)
    folder.create(job, 1)
    store.client.flushall()
    node.estranged.add(folder, Outcome.MISSING, job.gpu_ids)

    reconcile(node)

    assert [gpu.foreign_processes for gpu in node.estranged.withhold(cpu_slots(2))] == [(0,), ()]
