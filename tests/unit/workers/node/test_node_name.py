"""How long a worker waits for its node's name."""

import threading

import pytest

from common.store.nodes import Beat
from common.store.outcomes import Outcome
from workers.node import name as node_name
from workers.node.name import NodeTaken, lease_name

EARLIER_BOOT = Beat(Outcome.TAKEN, holder="gpu-1", is_own=True)
ANOTHER_DISK = Beat(Outcome.TAKEN, holder="gpu-9")
OURS = Beat(Outcome.OK)


class World(threading.Event):
    """A clock that moves only while the store answers, and while the worker pauses; the wish to stop besides."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 100.0
        self.answers: list[tuple[float, Beat]] = []

    def monotonic(self) -> float:
        return self.seconds

    def beat(self) -> Beat:
        seconds, answer = self.answers.pop(0)
        self.seconds += seconds
        return answer

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds += timeout or 0
        return False


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(node_name, "time", made)
    return made


def test_an_answer_that_comes_late_is_one_of_when_it_was_asked_for(world: World) -> None:
    world.answers = [(60.0, EARLIER_BOOT), (0.0, OURS)]

    lease_name("node-1", world.beat, 30, world)

    assert world.answers == []


def test_whoever_shares_the_disk_and_goes_on_beating_is_waited_for_no_longer_than_the_ttl(world: World) -> None:
    world.answers = [(0.0, EARLIER_BOOT)] * 100

    with pytest.raises(NodeTaken, match="another boot of this disk"):
        lease_name("node-1", world.beat, 30, world)

    assert world.seconds == 132.0


def test_another_disk_is_not_waited_for(world: World) -> None:
    world.answers = [(0.0, ANOTHER_DISK)]

    with pytest.raises(NodeTaken, match="on host gpu-9 with another DATA_DIR"):
        lease_name("node-1", world.beat, 30, world)

    assert world.seconds == 100.0
