"""Runs rounds of faults of each kind under a stream of jobs, and counts."""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from common.store.consistency import inconsistencies
from tests.eventually import NeverHappened
from tests.ports import free_port
from tests.real_stack import RealStack, eventually
from tests.soak import verdict
from tests.soak.faults import KINDS, PATIENCE_SECONDS, Ground
from tests.soak.jobs import Stream
from tests.soak.leaks import leaks
from tests.soak.verdict import Counts

NODE_TTL_SECONDS = 3
SLOTS = 3
JOBS_BETWEEN = 2
QUIET_SECONDS = 60.0

Say = Callable[[str], None]


def soak(
    kinds: Sequence[str], rounds: int, seed: int, *, folder: Path, thorough: bool, say: Say = print
) -> dict[str, Counts]:
    """The counts by kind. `thorough`: jobs have to end after each round, and all of them after each kind, when
    everything is looked at; else that comes once, at the end.
    """
    settings = {"GPU_SLOTS": f"cpu:{SLOTS}", "NODE_TTL_SECONDS": NODE_TTL_SECONDS, "INFRA_RETRIES": 20}
    stack = RealStack(folder, free_port(), **settings).start()
    stream = Stream(stack, open_jobs=SLOTS + 1)
    ground = Ground(stack, stream, random.Random(seed), NODE_TTL_SECONDS, SLOTS)
    stream.start()
    found: dict[str, Counts] = {}
    try:
        for kind in kinds:
            found[kind] = _rounds(ground, kind, rounds, jobs_between=JOBS_BETWEEN if thorough else 0)
            if thorough:
                _settle(ground, found[kind], {kind})
            say("\n  ".join([f"{kind}: {rounds} rounds, {found[kind].seconds:.0f} s", *found[kind].bad()]))
        if not thorough:
            found["all"] = Counts(rounds=rounds * len(kinds))
            _settle(ground, found["all"], set(kinds))
    finally:
        stream.stop()
        stack.stop()
    return found


def _rounds(ground: Ground, kind: str, rounds: int, jobs_between: int) -> Counts:
    counts, began = Counts(), time.monotonic()
    ground.stream.begin(kind)
    ground.stream.resume()
    for _ in range(rounds):
        try:
            KINDS[kind](ground)
        except NeverHappened as never:  # nor is the round repaired, as a rule: what follows counts, too
            counts.lost.append(str(never))
            ground.stream.resume()
        counts.rounds += 1
        _wait_until(ground, counts, partial(_ended_since, ground, len(ground.stream.ended())), jobs_between)
    counts.seconds = time.monotonic() - began
    return counts


def _ended_since(ground: Ground, before: int) -> int:
    return len(ground.stream.ended()) - before


def _settle(ground: Ground, counts: Counts, kinds: set[str]) -> None:
    """No new jobs: all that are open end, and nothing is left."""
    began = time.monotonic()
    ground.stream.hold()
    _wait_until(ground, counts, lambda: -len(ground.stream.open()), 0)
    stack, jobs = ground.stack, [job for job in ground.stream.jobs if job.job_id and not job.is_forgotten]
    verdict.judge(counts, stack, [job for job in jobs if job.kinds & kinds])
    counts.twice += verdict.ghosts(stack, ground.stream.jobs)
    with stack.store() as store:
        counts.audit += _last_of(lambda: inconsistencies(store))
    counts.leaked += _last_of(lambda: leaks(stack))
    counts.seconds += time.monotonic() - began


def _wait_until(ground: Ground, counts: Counts, figure: Callable[[], int], wanted: int) -> None:
    """Start again whatever has died meanwhile. When it does not come, the verdict names the jobs that do not end."""

    def look() -> int:
        counts.exits += ground.stack.start_what_died()
        return figure()

    with suppress(NeverHappened):
        eventually(look, lambda seen: seen >= wanted, PATIENCE_SECONDS)


def _last_of(look: Callable[[], list[str]]) -> list[str]:
    """What is still wrong after a while; empty as soon as nothing is."""
    try:
        return eventually(look, lambda wrong: not wrong, QUIET_SECONDS)
    except NeverHappened:
        return look()
