"""Redis is away for longer than a node may be silent: that is held against no node."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault

TTL_SECONDS = 5.0


@pytest.fixture(scope="module")
def unbroken_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port(), NODE_TTL_SECONDS=TTL_SECONDS).start()
    yield running
    running.stop()


def hang(stack: RealStack) -> Callable[[], None]:
    pid = stack.redis.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    return lambda: os.kill(pid, signal.SIGCONT)


def kill(stack: RealStack) -> Callable[[], None]:
    stack.redis.kill()
    return stack.redis.start


def wait(seconds: float) -> None:
    until = time.monotonic() + seconds
    eventually(time.monotonic, lambda now: now >= until)


def looks_of_the_rescuer(stack: RealStack) -> int:
    """It looks after each pass."""
    return int(stack.redis_client().get("st:scheduler:epoch") or 0)


@pytest.mark.parametrize("take_away", [hang, kill])
def test_jobs_of_every_policy_survive_and_a_node_that_dies_later_is_still_given_up(
    stack: RealStack, take_away: Callable[[RealStack], Callable[[], None]]
) -> None:
    for policy in ("fail", "requeue"):
        knobs = {"steps": 5000, "wait_at_step": 10}
        stack.submit(**fake_inputs(stack.folder, **knobs), output_dir=f"output/{policy}", on_node_lost=policy)
    before = [stack.wait_for(policy, "running") for policy in ("fail", "requeue")]

    give_back = take_away(stack)
    wait(1.5 * TTL_SECONDS)
    with stack.frozen("worker"):  # the scheduler is back sooner
        give_back()
        looks = looks_of_the_rescuer(stack)
        eventually(lambda: looks_of_the_rescuer(stack), lambda seen: seen >= looks + 2, what="a look of the rescuer")
    after = [stack.job(policy) for policy in ("fail", "requeue")]
    same = ("status", "attempt", "process_id", "started_at")
    assert [[job[name] for name in same] for job in after] == [[job[name] for name in same] for job in before]

    stack.kill("worker")
    assert stack.wait_for("fail", "failed")["reason"] == "node_lost"
    assert stack.wait_for("requeue", "queued")["reason"] == "node_lost"
