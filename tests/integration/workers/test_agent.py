"""The agent over a real Redis: it follows once, ends what is no longer wanted."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from common.jobs import Job
from common.reasons import Reason
from common.settings import Settings
from common.store import Store
from tests.builders import make_job, make_node
from tests.integration.store.test_job_verbs import place
from tests.integration.store.two_nodes import PLACES, place_on_both
from tests.integration.workers.local_node import make_local_node
from tests.real_stack import PATIENCE_SECONDS, eventually
from workers import agent as agent_module
from workers.agent import Agent
from workers.attempts.ends import End, EndKind
from workers.attempts.folder import folder_of
from workers.node.instance import Identity, Instance
from workers.node.inventory.poller import InventoryPoller
from workers.node.inventory.slots import cpu_slots
from workers.node.local import LocalNode
from workers.node.name import NodeTaken

pytestmark = pytest.mark.integration


@pytest.fixture
def hints() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def node(settings: Settings, store: Store, hints: list[tuple[str, int]]) -> Iterator[LocalNode]:
    made = make_local_node(settings, store, send_run=lambda job, _, attempt: hints.append((job.id, attempt)))
    yield made
    made.detach.set()


@pytest.fixture
def make_agent(node: LocalNode) -> Iterator[Callable[..., Agent]]:
    """Agents whose locks are let go whatever becomes of the test: a file left open fails another one, later."""
    made: list[Agent] = []

    def make(of: LocalNode = node, **options: Any) -> Agent:
        made.append(Agent(of, **options))
        return made[-1]

    yield make
    for agent in made:
        if agent._lock is not None:
            agent._lock.close()


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


def test_a_hint_for_another_instance_and_a_job_placed_on_one_are_left_alone(node: LocalNode, store: Store) -> None:
    job = place(store)
    assert Agent(node).follow("one", 1, lambda _: None, "instance-2").kind is EndKind.UNWANTED

    node.identity.instance = Instance("instance-2", 1)
    assert Agent(node).follow("one", 1, lambda _: None).kind is EndKind.UNWANTED

    assert store.jobs.get("one") == job
    assert not folder_of(node.folder, job, 1).path.exists()


def test_what_moved_on_is_ended_before_the_node_offers_its_gpus(
    node: LocalNode, store: Store, hints: list[tuple[str, int]]
) -> None:
    wanted = place(store, make_job("wanted"))
    stale = place(store, make_job("stale"), gpu_ids=("GPU-1",))
    store.attempts.requeue("stale", 1, Reason.NODE_LOST, "silent", delay_seconds=0, counter="infra_failures")
    processes = [_pretend(node, wanted, 1), _pretend(node, stale, 1)]
    agent = Agent(node)

    agent._reconcile()

    assert [process.poll() is None for process in processes] == [True, False]
    assert hints == [("wanted", 1)]
    processes[0].kill()
    for process in processes:
        process.wait(PATIENCE_SECONDS)
        process.stdin.close()


def test_one_worker_of_a_machine_speaks_for_a_node(make_agent: Callable[..., Agent]) -> None:
    make_agent().take_node()

    with pytest.raises(NodeTaken, match="node-1 has a worker already"):
        make_agent().take_node()


def test_a_rebooted_machine_waits_for_its_own_earlier_boot_and_nobody_else_does(
    node: LocalNode, store: Store, make_agent: Callable[..., Agent]
) -> None:
    impatient = replace(node.settings, node_ttl_seconds=1.5)
    # Whoever asks says how old a beat may be: this one takes the rebooted one's for fresh, however slow the machine is.
    elsewhere = replace(node.settings, data_dir=node.settings.data_dir / "elsewhere")
    earlier = make_agent(_like(node, settings=impatient, boot_id="boot-0"))
    earlier.take_node()
    earlier._lock.close()

    make_agent(_like(node, settings=impatient)).take_node()

    assert [known.boot_id for known in store.nodes.all()] == ["boot-1"]
    with pytest.raises(NodeTaken, match=r"spoken for by another worker, on host .* with another DATA_DIR"):
        make_agent(_like(node, settings=elsewhere)).take_node()


def test_a_worker_that_loses_its_name_lets_go_and_asks_to_be_ended(
    node: LocalNode, store: Store, make_agent: Callable[..., Agent]
) -> None:
    asked: list[str] = []
    agent = make_agent(end_process=lambda: asked.append("end"))
    agent.take_node()
    store.nodes.heartbeat(make_node(instance="instance-2", hostname="gpu-9"), ttl_seconds=0)

    agent.start()
    eventually(lambda: asked, bool, what="the wish to end")
    agent.stop()

    assert "on host gpu-9" in agent.why_lost
    assert node.detach.is_set()
    assert [known.instance for known in store.nodes.all()] == ["instance-2"]


def _like(node: LocalNode, **changes: object) -> LocalNode:
    inventory = InventoryPoller(lambda: cpu_slots(2), 1)
    return replace(node, **{"inventory": inventory, "identity": Identity(), **changes})


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


def test_the_second_node_of_a_job_follows_it_with_what_it_has_of_it(settings: Settings, store: Store) -> None:
    hints: list[tuple[str, str]] = []
    second = make_local_node(
        replace(settings, node_name="node-2"),
        store,
        identity=Identity(Instance("instance-2", 1)),
        send_run=lambda job, place, _: hints.append((job.id, place.node)),
    )
    job = place_on_both(store, make_job())

    Agent(second)._reconcile()

    assert hints == [("one", "node-2")]
    assert (second.place_of(job), second.gpus_of(job)) == (PLACES[1], ("GPU-0",))
    second.identity.instance = Instance("instance-3", 1)
    assert second.place_of(job) is None  # another disk has the node's name
