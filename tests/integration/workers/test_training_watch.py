"""What the watch of a training tells is on the node's disk too, over a real Redis."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from common.settings import Settings
from common.store import Store
from tests.eventually import eventually
from tests.integration.store.test_job_verbs import start
from tests.integration.workers.local_node import make_local_node
from workers.attempts.attempt import Attempt
from workers.attempts.folder import folder_of
from workers.attempts.recovering import read_to_keep
from workers.node.local import LocalNode
from workers.node.reconciling import reconcile
from workers.watchdog import watch as watch_module
from workers.watchdog.watch import TrainingWatch

pytestmark = pytest.mark.integration


@pytest.fixture
def node(settings: Settings, store: Store) -> Iterator[LocalNode]:
    made = make_local_node(replace(settings, start_timeout_seconds=0.05, stalled_after_seconds=0.05), store)
    yield made
    made.detach.set()


@pytest.fixture
def watch(node: LocalNode, store: Store, monkeypatch: pytest.MonkeyPatch) -> TrainingWatch:
    """Of a training that has made no step since it began a minute ago."""
    began = SimpleNamespace(started_at=datetime.now(UTC) - timedelta(minutes=1), processes=())
    monkeypatch.setattr(watch_module, "read_runner", lambda _: began)
    start(store)
    job, facts = read_to_keep(node, "one")
    attempt = Attempt(node, job, 1, folder_of(node.folder, job, 1), lambda _: None)
    attempt.open(facts)
    return TrainingWatch(attempt, attempt.folder.phase_dir("train"), attempt.folder.path / "output")


def test_a_training_that_stalls_does_so_still_when_the_store_was_emptied(
    node: LocalNode, store: Store, watch: TrainingWatch
) -> None:
    eventually(watch.look, lambda _: store.jobs.get("one").stalled_since is not None, what="stalled")
    before = store.jobs.get("one")
    store.client.flushall()

    reconcile(node)

    assert store.jobs.get("one").stalled_since == before.stalled_since
