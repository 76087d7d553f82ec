"""The agent over a real Redis: it follows once, ends what is no longer wanted."""

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from common.jobs import Job
from common.settings import Settings
from common.store import Store
from tests.builders import make_job
from tests.integration.common.test_job_verbs import place
from tests.real_stack import PATIENCE_SECONDS
from workers import agent as agent_module
from workers.agent import Agent, NodeTaken
from workers.attempt_folder import folder_of
from workers.ends import End, EndKind
from workers.inventory.poller import InventoryPoller
from workers.inventory.slots import cpu_slots
from workers.node import LocalNode

pytestmark = pytest.mark.integration


@pytest.fixture
def hints() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def node(settings: Settings, store: Store, hints: list[tuple[str, int]]) -> Iterator[LocalNode]:
    made = LocalNode(
        settings=settings,
        store=store,
        inventory=InventoryPoller(lambda: cpu_slots(2), 1),
        boot_id="boot-1",
        swift_version="4.6.0",
        send_run=lambda job, attempt: hints.append((job.id, attempt)),
        detach=threading.Event(),
    )
    yield made
    made.detach.set()


def test_an_attempt_is_followed_once(node: LocalNode, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    place(store)
    inside, leave = threading.Event(), threading.Event()

    def follow(*_: object) -> End:
        inside.set()
        leave.wait(PATIENCE_SECONDS)
        return End(EndKind.COMPLETED)

    monkeypatch.setattr(agent_module, "follow", follow)
    agent = Agent(node)
    first = threading.Thread(target=agent.follow, args=("one", 1, lambda _: None))
    first.start()
    assert inside.wait(PATIENCE_SECONDS)

    assert agent.follow("one", 1, lambda _: None).kind is EndKind.UNWANTED

    leave.set()
    first.join()


def test_what_moved_on_is_ended_before_the_node_offers_its_gpus(
    node: LocalNode, store: Store, hints: list[tuple[str, int]]
) -> None:
    wanted = place(store, make_job("wanted"))
    stale = make_job("stale", attempt=1)
    processes = [_pretend(node, wanted, 1), _pretend(node, stale, 1)]
    agent = Agent(node)

    agent._reconcile()

    assert [process.poll() is None for process in processes] == [True, False]
    assert hints == [("wanted", 1)]
    processes[0].kill()
    for process in processes:
        process.wait(PATIENCE_SECONDS)
        process.stdin.close()


def test_one_worker_of_a_machine_speaks_for_a_node(node: LocalNode) -> None:
    first = Agent(node)
    first.take_node()

    with pytest.raises(NodeTaken, match="node-1 has a worker already"):
        Agent(node).take_node()
    first._lock.close()


def _pretend(node: LocalNode, job: Job, attempt: int) -> subprocess.Popen[bytes]:
    """A process that carries the attempt's mark, and its state folder."""
    folder = folder_of(node.folder, job, attempt)
    folder.create(job, attempt)
    mark = {"SWIFT_TRAINER_ATTEMPT": f"{folder.mark}:{attempt}"}
    process = subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); input()"], env=mark, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    process.stdout.readline()
    process.stdout.close()
    return process
