"""The kinds of faults: each is one round, and repairs what it broke before it returns.

Its sleeps are of the fault: how long something is away, and when. None waits for something to happen.
"""

import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import httpx2
import psutil

from tests.fault.redis_refusals import DEMOTED, FULL, Refusal, hanging, refusing
from tests.real_stack import RealStack, eventually
from tests.soak.jobs import Stream, Submitted, let_go_on

PATIENCE_SECONDS = 120.0
DOWN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Ground:
    """What a fault may break."""

    stack: RealStack
    stream: Stream
    random: random.Random
    node_ttl_seconds: float
    slots: int

    def moment(self, most_seconds: float = DOWN_SECONDS) -> None:
        """A time that the seed decides."""
        time.sleep(self.random.uniform(0, most_seconds))

    def running(self, fits: Callable[[Submitted], bool] = lambda _: True) -> Submitted:
        """One of the jobs that have a process now."""
        seen = eventually(
            lambda: [job for job in self.stream.running() if fits(job)], bool, PATIENCE_SECONDS, "a job that runs"
        )
        return self.random.choice(seen)

    def process_of(self, job: Submitted) -> psutil.Process | None:
        """Its first process, unless that has ended: another may have its pid."""
        try:
            process = psutil.Process(job.last_seen["process_id"])
            return process if str(self.stack.folder) in " ".join(process.cmdline()) else None
        except psutil.Error:
            return None


def kill(name: str, ground: Ground) -> None:
    ground.running()
    ground.moment()
    ground.stack.kill(name)
    ground.moment()
    ground.stack.start_process(name)


def term(name: str, ground: Ground) -> None:
    ground.running()
    ground.moment()
    ground.stack.terminate(name)
    ground.moment()
    ground.stack.start_process(name)


def kill_redis(ground: Ground) -> None:
    ground.running()
    ground.moment()
    ground.stack.redis.kill()
    ground.moment()
    ground.stack.redis.start()


def term_redis(ground: Ground) -> None:
    ground.running()
    ground.moment()
    ground.stack.redis.restart()


def cut_redis_off(ground: Ground) -> None:
    """For longer than a node may be silent."""
    ground.running()
    ground.stack.redis.kill()
    time.sleep(ground.node_ttl_seconds + 1 + ground.random.random())
    ground.stack.redis.start()


def kill_runner(ground: Ground) -> None:
    """Of a job that had no such bad luck before: each costs it a longer pause."""
    process = ground.process_of(ground.running(lambda job: not job.last_seen.get("infra_failures")))
    ground.moment()
    if process is not None and process.is_running():
        runner = process.parent()
        if runner is not None and "workers.runner" in runner.cmdline():
            _kill_unless_gone(runner)


def kill_rank(ground: Ground) -> None:
    process = ground.process_of(ground.running())
    ground.moment()
    _kill_unless_gone(process)


def stop_redis(ground: Ground) -> None:
    ground.running()
    with hanging(ground.stack.redis):
        time.sleep(ground.random.uniform(1, 3))


def stop_worker(ground: Ground) -> None:
    ground.running()
    with ground.stack.frozen("worker"):
        time.sleep(ground.node_ttl_seconds + ground.random.random())


def flush_broker(ground: Ground) -> None:
    ground.moment()
    ground.stack.broker_client().flushdb()


def cancel(ground: Ground) -> None:
    _wish(ground, "cancel", partial(_ask, ground, "post", "/stop"))


def delete(ground: Ground) -> None:
    _wish(ground, "delete", partial(_ask, ground, "delete", ""))


def refuse_writes(refusal: Refusal, ground: Ground) -> None:
    """Redis answers reads meanwhile."""
    ground.running()
    with refusing(ground.stack.redis_client(), refusal):
        time.sleep(ground.random.uniform(1, 3))


def empty_redis(ground: Ground) -> None:
    """What runs goes on and is known again; what waited and what had ended is gone, and nobody expects it."""
    held = _all_at_their_gates(ground)
    ground.stack.redis_client().flushall()
    _forget_all_but(ground, held)
    _go_on(ground, held)


def restore_redis(ground: Ground) -> None:
    """An older copy of its data: jobs that it never heard of run."""
    folder, copy = ground.stack.folder / "redis", ground.stack.folder / "redis-copy"
    ground.stack.redis.stop()
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder / "appendonlydir", copy)
    ground.stack.redis.start()
    held = _all_at_their_gates(ground)
    ground.stack.redis.kill()
    shutil.rmtree(folder / "appendonlydir")
    shutil.copytree(copy, folder / "appendonlydir")
    ground.stack.redis.start()
    _forget_all_but(ground, held)
    _go_on(ground, held)


KINDS: dict[str, Callable[[Ground], None]] = {
    **{f"kill {name}": partial(kill, name) for name in ("api", "scheduler", "deployer", "worker")},
    "kill redis": kill_redis,
    "kill runner": kill_runner,
    "kill rank": kill_rank,
    **{f"term {name}": partial(term, name) for name in ("api", "scheduler", "deployer", "worker")},
    "term redis": term_redis,
    "stop redis": stop_redis,
    "stop worker": stop_worker,
    "flush broker": flush_broker,
    "cancel": cancel,
    "delete": delete,
    "cut redis off": cut_redis_off,
    "full redis": partial(refuse_writes, FULL),
    "read-only redis": partial(refuse_writes, DEMOTED),
    "empty redis": empty_redis,
    "restore redis": restore_redis,
}


def _wish(ground: Ground, wish: str, ask: Callable[[Submitted], bool]) -> None:
    """And somebody who has to carry it out dies in the same moment, or nobody does."""
    job = ground.running(lambda job: not job.wish)
    job.wish = wish
    ground.moment()
    eventually(lambda: ask(job), bool, PATIENCE_SECONDS, f"an answer to {wish}")
    victim = ground.random.choice(["", "api", "scheduler", "worker"])
    if victim:
        ground.stack.replace(victim)


def _ask(ground: Ground, method: str, path: str, job: Submitted) -> bool:
    """409: it has ended meanwhile; 404: it is gone already."""
    try:
        answer = ground.stack.http.request(method.upper(), f"/jobs/{job.job_id}{path}")
    except httpx2.TransportError:
        return False
    return answer.status_code < 500


def _all_at_their_gates(ground: Ground) -> list[Submitted]:
    """So many jobs as fit, each of which waits in the middle of its training; nothing else is open."""
    stream = ground.stream
    stream.hold()
    eventually(stream.open, lambda jobs: not jobs, PATIENCE_SECONDS, "the end of all jobs")
    stream.gated = True
    stream.resume()
    eventually(stream.running, lambda jobs: len(jobs) >= ground.slots, PATIENCE_SECONDS, "jobs at their gates")
    stream.hold()
    stream.gated = False
    return stream.running()


def _forget_all_but(ground: Ground, held: list[Submitted]) -> None:
    for job in ground.stream.jobs:
        if job.is_open and job not in held:
            job.is_forgotten = True


def _go_on(ground: Ground, held: list[Submitted]) -> None:
    for job in held:
        job.status, job.last_seen = "", {}
    try:
        eventually(ground.stream.running, lambda jobs: len(jobs) == len(held), PATIENCE_SECONDS, "all jobs known again")
    finally:
        for job in held:
            let_go_on(job)
        ground.stream.resume()


def _kill_unless_gone(process: psutil.Process | None) -> None:
    if process is not None:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            return
