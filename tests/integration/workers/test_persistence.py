"""A follower that crashes by a mistake of ours ends nothing that lives, and does not keep the user from ending it."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from common.jobs import Job
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState
from common.store import Store
from tests.builders import make_job
from tests.eventually import eventually
from tests.integration.store.test_job_verbs import start
from tests.integration.workers.local_node import make_local_node
from workers.attempts import persistence
from workers.attempts.ends import DETACHED, UNWANTED, End, EndKind
from workers.attempts.folder import AttemptFolder, folder_of
from workers.attempts.persistence import CRASHES_MAX, Persistent
from workers.node.local import LocalNode
from workers.runner import phase_files
from workers.runner.lock import take_lock

pytestmark = pytest.mark.integration


@pytest.fixture
def node(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalNode]:
    monkeypatch.setattr(persistence, "BACK_OFF_SECONDS", (0.02,))
    made = make_local_node(settings, store)
    yield made
    made.detach.set()


@pytest.fixture
def job(store: Store) -> Job:
    return start(store, make_job("one"))


@pytest.fixture
def folder(node: LocalNode, job: Job) -> AttemptFolder:
    made = folder_of(node.folder, job, 1)
    made.create(job, 1)
    return made


class Crashing:
    """A follower that has a bug, until it is mended."""

    def __init__(self) -> None:
        self.calls = 0
        self.mended = Event()

    def __call__(self) -> End:
        self.calls += 1
        if self.mended.is_set():
            return UNWANTED
        raise RuntimeError("a bug")


class Living:
    """A phase whose runner is alive: it holds the lock of its folder."""

    def __init__(self, folder: AttemptFolder) -> None:
        self.phase_dir: Path = folder.phase_dir("train")
        self.phase_dir.mkdir()
        self._lock = take_lock(self.phase_dir)

    def end(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
        self._lock = None


@pytest.fixture
def living(folder: AttemptFolder) -> Iterator[Living]:
    phase = Living(folder)
    yield phase
    phase.end()


class Following(threading.Thread):
    """Persistent at work."""

    def __init__(self, node: LocalNode, follow: Crashing) -> None:
        super().__init__(daemon=True)
        self._persistent = Persistent(node, "one", 1, follow)
        self.end: End | None = None

    def run(self) -> None:
        self.end = self._persistent.run()


def following(node: LocalNode, follow: Crashing) -> Following:
    thread = Following(node, follow)
    thread.start()
    return thread


def test_crashes_end_nothing_that_lives_and_are_told(node: LocalNode, store: Store, living: Living) -> None:
    crashing = Crashing()
    thread = following(node, crashing)

    eventually(lambda: crashing.calls, lambda calls: calls > 3 * CRASHES_MAX, what="crashes")
    job = store.jobs.get("one")
    events = [event.message for event in store.events.newest("one", 100)[0] if event.type == "follower_crashed"]
    crashing.mended.set()
    thread.join()

    assert (job.state, job.attempt, job.infra_failures) == (JobState.RUNNING, 1, 0)
    assert 1 <= len(events) <= len(persistence.BACK_OFF_SECONDS)
    assert "RuntimeError: a bug" in events[0]
    assert not (living.phase_dir / phase_files.STOP).exists()
    assert thread.end == UNWANTED  # what the mended follower said


def test_a_wish_to_cancel_is_carried_out_meanwhile(node: LocalNode, store: Store, living: Living) -> None:
    thread = following(node, Crashing())
    store.jobs.cancel("one", "cancelled by ana")

    eventually((living.phase_dir / phase_files.STOP).exists, bool, what="the wish to stop")
    assert store.jobs.get("one").state is JobState.RUNNING
    living.end()
    thread.join()

    assert thread.end is not None
    assert thread.end.kind is EndKind.CANCELLED
    assert (store.jobs.get("one").state, store.nodes.leases()) == (JobState.CANCELLED, {})


def test_it_is_settled_only_when_its_processes_have_ended_by_themselves(
    node: LocalNode, store: Store, living: Living
) -> None:
    crashing = Crashing()
    thread = following(node, crashing)
    eventually(lambda: crashing.calls, lambda calls: calls > 2 * CRASHES_MAX, what="crashes")
    assert thread.is_alive()

    living.end()
    thread.join()

    job = store.jobs.get("one")
    assert (job.state, job.reason, job.infra_failures) == (JobState.QUEUED, Reason.INTERNAL_ERROR, 1)
    assert "a bug" in job.message


def test_crashes_that_lie_far_apart_are_not_counted_together(
    node: LocalNode, store: Store, folder: AttemptFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persistence, "WELL_SECONDS", 0.0)
    crashing = Crashing()
    thread = following(node, crashing)
    eventually(lambda: crashing.calls, lambda calls: calls > 2 * CRASHES_MAX, what="crashes")
    crashing.mended.set()
    thread.join()

    assert (thread.end, store.jobs.get("one").state) == (UNWANTED, JobState.RUNNING)


def test_it_lets_go_when_the_worker_stops(node: LocalNode, living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistence, "BACK_OFF_SECONDS", (600.0,))
    thread = following(node, crashing := Crashing())
    eventually(lambda: crashing.calls, bool, what="a crash")

    node.detach.set()
    thread.join()

    assert thread.end == DETACHED


def test_what_moved_on_meanwhile_is_left_to_the_next_follower(node: LocalNode, store: Store, living: Living) -> None:
    store.jobs.cancel("one", "cancelled by ana")
    elsewhere = replace(node, settings=replace(node.settings, node_name="node-2"))
    thread = following(elsewhere, crashing := Crashing())

    eventually(lambda: crashing.calls, lambda calls: calls > 2 * CRASHES_MAX, what="crashes")
    crashing.mended.set()
    thread.join()

    assert not (living.phase_dir / phase_files.STOP).exists()
    assert store.jobs.get("one").state is JobState.RUNNING
