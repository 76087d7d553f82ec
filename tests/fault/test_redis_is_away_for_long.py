"""Redis is away for longer than a node may be silent: that is held against no node."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

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


def heartbeat_at_ms(stack: RealStack) -> int:
    (node,) = stack.redis_client().smembers("st:nodes")
    return int(stack.redis_client().hget(f"st:node:{node}", "heartbeat_at_ms"))


def now_ms() -> int:
    return int(time.time() * 1000)


def submit_for_each_policy(stack: RealStack) -> list[dict[str, Any]]:
    for policy in ("fail", "requeue"):
        knobs = {"steps": 5000, "wait_at_step": 10}
        stack.submit(**fake_inputs(stack.folder, **knobs), output_dir=f"output/{policy}", on_node_lost=policy)
    return [stack.wait_for(policy, "running") for policy in ("fail", "requeue")]


@pytest.mark.parametrize("take_away", [hang, kill])
def test_jobs_of_every_policy_survive_and_a_node_that_dies_meanwhile_is_given_its_time_all_the_same(
    stack: RealStack, take_away: Callable[[RealStack], Callable[[], None]]
) -> None:
    before = submit_for_each_policy(stack)
    give_back = take_away(stack)
    wait(1.5 * TTL_SECONDS)
    with stack.frozen("scheduler"):  # however slow the machine, the node speaks first
        back_at_ms = now_ms()
        give_back()
        eventually(lambda: heartbeat_at_ms(stack), lambda at_ms: at_ms >= back_at_ms, what="a beat of the node")
    looks = looks_of_the_rescuer(stack)
    eventually(lambda: looks_of_the_rescuer(stack), lambda seen: seen >= looks + 2, what="a look of the rescuer")
    after = [stack.job(policy) for policy in ("fail", "requeue")]
    same = ("status", "attempt", "process_id", "started_at")
    assert [[job[name] for name in same] for job in after] == [[job[name] for name in same] for job in before]

    give_back = take_away(stack)
    stack.kill("worker")
    wait(1.5 * TTL_SECONDS)
    back_at_ms = now_ms()
    give_back()
    given_up = [stack.wait_for("fail", "failed"), stack.wait_for("requeue", "queued")]
    assert [job["reason"] for job in given_up] == ["node_lost", "node_lost"]
    at_ms = [
        int(stack.redis_client().hget(f"st:job:{job['id']}", name))
        for job, name in zip(given_up, ("ended_at_ms", "queued_at_ms"), strict=True)
    ]
    assert all(one - back_at_ms >= TTL_SECONDS * 1000 for one in at_ms), "silence counts only while Redis answers"
