"""How long it takes until all is as before when Redis is emptied under running trainings.

python -m bench.emptied_redis [jobs]

Starts a stack of its own (tests/real_stack) with the settings of production and as many CPU slots as jobs, whose
trainings wait in their middle. FLUSHALL; then looks again and again: how many processes live, how many records say
what they said, and whether leases and nodes are back.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs

GIVE_UP_SECONDS = 60.0
LOOK_SECONDS = 0.01
SAME = ("status", "attempt", "process_id", "started_at", "created_at", "priority", "task_id")


def main(jobs: int) -> None:
    with tempfile.TemporaryDirectory(prefix="swt-bench-") as folder:
        stack = _stack(Path(folder), jobs).start()
        try:
            before = _run(stack, jobs)
            _measure(stack, before)
        finally:
            stack.stop()
            for process in _runners(stack):  # of those that the store knows no more
                process.terminate()


def _stack(folder: Path, jobs: int) -> RealStack:
    # The settings of production.
    usual = {"QUEUE_CHECK_INTERVAL": 5, "HEARTBEAT_SECONDS": 2, "FOLLOW_SECONDS": 0.25, "NODE_TTL_SECONDS": 30}
    return RealStack(folder, free_port(), GPU_SLOTS=f"cpu:{jobs}", FOLLOWERS_MAX=jobs + 4, **usual)


def _run(stack: RealStack, jobs: int) -> dict[str, dict[str, Any]]:
    """Submit all, and wait until each is in the middle of its training."""
    inputs = fake_inputs(stack.folder, steps=5000, wait_at_step=10)
    for number in range(jobs):
        stack.submit(**inputs, output_dir=f"output/job-{number}")
    eventually(lambda: _at_work(stack), lambda count: count == jobs, timeout=600, what=f"{jobs} trainings")
    return _seen(stack)


def _measure(stack: RealStack, before: dict[str, dict[str, Any]]) -> None:
    client = stack.redis_client()
    leases, processes = client.hgetall("st:leases"), [psutil.Process(job["process_id"]) for job in before.values()]
    client.flushall()
    began = time.monotonic()
    told = died = whole = None
    while (seconds := time.monotonic() - began) < GIVE_UP_SECONDS and whole is None:
        if not any(_lives(process) for process in processes):
            died = seconds
            break
        if told is None and client.hgetall("st:leases") == leases:
            told = seconds
        if told is not None and client.hget("st:node:node-1", "state") == "ready" and _seen(stack) == before:
            whole = seconds
        time.sleep(LOOK_SECONDS)
    alive = sum(map(_lives, processes))
    print(f"trainings that ran                     {len(before)}")
    print(f"alive afterwards                       {alive}")
    print(f"all leases again after                 {_shown(told)}")
    print(f"all as before, GPUs offered, after     {_shown(whole)}")
    print(f"none alive any more after              {_shown(died)}")


def _shown(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.2f} s"


def _at_work(stack: RealStack) -> int:
    return sum((job["progress_detail"] or {}).get("step", 0) > 3 for job in _jobs(stack))


def _seen(stack: RealStack) -> dict[str, dict[str, Any]]:
    return {job["id"]: {name: job[name] for name in SAME} for job in _jobs(stack)}


def _jobs(stack: RealStack) -> list[dict[str, Any]]:
    return list(stack.get("/jobs", size=100)["jobs"])


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _runners(stack: RealStack) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if f"workers.runner {stack.folder}" in _argv(process)]


def _argv(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
