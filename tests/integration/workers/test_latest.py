"""When `latest` moves, over a real Redis."""

from pathlib import Path

import pytest

from common.jobs import Job
from common.settings import Settings
from common.states import JobState
from common.store import Store
from tests.builders import make_job
from tests.integration.store.test_job_verbs import start
from tests.integration.store.test_recovery import place_again, requeue
from tests.integration.workers.local_node import make_local_node
from workers.attempts.attempt import Attempt
from workers.attempts.ends import Unwanted
from workers.attempts.folder import folder_of
from workers.attempts.recovering import remember
from workers.node.local import LocalNode
from workers.outputs.latest import move_latest

pytestmark = pytest.mark.integration


@pytest.fixture
def node(settings: Settings, store: Store) -> LocalNode:
    return make_local_node(settings, store)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    made = tmp_path / "out" / "attempt-1"
    made.mkdir(parents=True)
    return made


def opened(node: LocalNode, job: Job, output: Path) -> Attempt:
    folder = folder_of(node.folder, job, job.attempt)
    folder.create(job, job.attempt, output=str(output))
    remember(node, folder)
    return Attempt(node, job, job.attempt, folder, lambda *_: None)


def test_who_reads_that_the_job_completed_finds_latest(node: LocalNode, store: Store, output: Path) -> None:
    attempt = opened(node, start(store, make_job("one")), output)
    seen: list[JobState] = []

    def move() -> None:
        seen.append(store.jobs.get("one").state)
        move_latest(attempt.folder)

    attempt.complete("done", move)

    assert seen == [JobState.RUNNING]
    assert store.jobs.get("one").state is JobState.COMPLETED
    assert (output.parent / "latest").resolve() == output


def test_an_attempt_that_is_out_of_date_moves_nothing(node: LocalNode, store: Store, output: Path) -> None:
    attempt = opened(node, start(store, make_job("one")), output)
    requeue(store)
    place_again(store)

    with pytest.raises(Unwanted):
        attempt.complete("done", lambda: move_latest(attempt.folder))

    assert not (output.parent / "latest").is_symlink()
