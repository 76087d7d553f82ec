"""Whether Redis stays as small as it is while jobs come and go, and whether anybody waits while retention forgets them.

python -m bench.retention [jobs]

Two Redis servers with the settings of production (but no write is synced: the disk is not what is measured), beside
one of them the duties process with jobs kept for five seconds. On each in turn jobs are submitted, placed, started,
reported (4 KB of log, 20 metric records) and completed by the store's scripts; a process asks for a small key all the
time. 50,000 jobs take a quarter of an hour on a busy machine.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

from client.stack.embedded_redis import EmbeddedRedis
from common.settings import load_settings
from common.states import Verb
from common.store import Store, keys, open_store
from common.store.attempts import Report
from common.store.consistency import inconsistencies
from common.store.scripts import KEEP_ANSWERS_MS
from tests.builders import make_job, make_node, make_placing, make_spec

ROUNDS_MAX, ROUND_JOBS = 10, 1000
KEPT_SECONDS = 5
CATCH_UP_SECONDS = 60
MIB = 1024 * 1024
OUTBOX_ENTRIES = 100_000  # TRANSITIONS_MAX of common/store/lua/parts/arrow.lua
LOG = "step 1, loss 1.2345\n" * 200
METRICS = [json.dumps({"loss": 1.2345, "learning_rate": 1e-4, "step": step}) for step in range(20)]


@dataclass(slots=True)
class Side:
    """One of the two servers."""

    server: EmbeddedRedis
    store: Store
    memory: list[int] = field(default_factory=list)
    waits_ms: list[float] = field(default_factory=list)
    peak: int = 0
    seconds: float = 0.0


def main(jobs: int) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="swt-bench-") as folder,
        _side(Path(folder) / "with") as kept,
        _side(Path(folder) / "without") as growing,
        _duties(kept),
    ):
        rounds = min(ROUNDS_MAX, max(2, jobs // ROUND_JOBS))
        for number in range(rounds):
            for side in (kept, growing):
                with _probe(side):
                    _round(side, range(number * jobs // rounds, (number + 1) * jobs // rounds))
                side.peak = max(side.peak, _used(side))
            _catch_up(kept)
            for side in (kept, growing):
                side.memory.append(_used(side))
        _print(jobs, kept, growing)


@contextmanager
def _side(folder: Path) -> Iterator[Side]:
    with EmbeddedRedis(folder) as server:
        with patch.dict(os.environ, _environment(server), clear=True):
            store = open_store(load_settings())
        store.client.config_set("appendfsync", "no")
        store.client.config_set("slowlog-log-slower-than", 500)
        store.client.config_set("slowlog-max-len", 1000)
        _fill_outbox(store)
        yield Side(server, store)
        store.client.close()


def _environment(server: EmbeddedRedis) -> dict[str, str]:
    own = {"PATH": os.environ["PATH"], "ENVIRONMENT": "test", "DATA_DIR": str(server.data_dir)}
    return own | {"REDIS_SOCKET": str(server.socket_path), "RETENTION_JOBS_DAYS": f"{KEPT_SECONDS / 86_400:.9f}"}


def _fill_outbox(store: Store) -> None:
    """To its bound, as in a service that has worked for some days: it would grow until then, on both sides."""
    entry = {"job_id": "job-12345", "task_id": str(uuid4()), "type": "start", "from": "assigned", "to": "running"}
    entry |= {"attempt": "1", "node": "node-1", "reason": "", "message": "started", "at_ms": "1796000000000"}
    with store.client.pipeline(transaction=False) as pipe:
        for _ in range(OUTBOX_ENTRIES):
            pipe.xadd(keys.TRANSITIONS, entry)
        pipe.execute()


@contextmanager
def _duties(side: Side) -> Iterator[None]:
    argv = [sys.executable, "-m", "scheduler.duties"]
    process = subprocess.Popen(
        argv, env=_environment(side.server), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@contextmanager
def _probe(side: Side) -> Iterator[None]:
    """A process of its own: this one is busy."""
    argv = [sys.executable, "-m", "bench.retention", "--probe", str(side.server.socket_path)]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        side.waits_ms += json.loads(process.communicate()[0] or "[]")


def probe(socket: str) -> None:
    """Ask again and again until told to end; print how long each answer took, in milliseconds."""
    from redis import Redis

    waits, going_on = [], [True]
    signal.signal(signal.SIGTERM, lambda *_: going_on.clear())
    client = Redis(unix_socket_path=socket)
    while going_on:
        asked = time.perf_counter()
        client.get(keys.PROBE)
        waits.append(round(1000 * (time.perf_counter() - asked), 3))
        time.sleep(0.002)
    print(json.dumps(waits))


def _round(side: Side, numbers: range) -> None:
    began = time.monotonic()
    side.store.nodes.heartbeat(make_node(), 600)
    epoch = side.store.passes.begin("bench")
    side.store.passes.end("bench")
    for number in numbers:
        _job(side.store, f"job-{number}", epoch)
        if number % 1000 == 0:
            side.store.nodes.heartbeat(make_node(), 600)
    side.seconds += time.monotonic() - began


def _job(store: Store, job_id: str, epoch: int) -> None:
    job = make_job(job_id, task_id=str(uuid4()), spec=make_spec(output_dir=f"output/{job_id}"))
    store.jobs.submit(job, "accepted")
    store.attempts.assign(job_id, make_placing(epoch, "GPU-0"))
    store.attempts.start(job_id, 1, 4711, "/log", "started")
    store.attempts.report(job_id, 1, Report(log_from=0, log_chunk=LOG, metrics_from=0, metrics_to=1, metrics=METRICS))
    store.attempts.end(job_id, 1, Verb.COMPLETE, "", "over")


def _catch_up(side: Side) -> None:
    """Until all that ended is forgotten: what came of late would tell how fast this machine is."""
    until = time.monotonic() + CATCH_UP_SECONDS
    while time.monotonic() < until and side.store.ended.count():
        side.store.nodes.heartbeat(make_node(), 600)
        time.sleep(0.5)


def _used(side: Side) -> int:
    return int(side.store.client.info("memory")["used_memory"])


def _print(jobs: int, kept: Side, growing: Side) -> None:
    print(f"{'jobs':>8} {'with':>10} {'without':>10}   MiB of Redis (used_memory), jobs kept for {KEPT_SECONDS} s")
    for number, (small, large) in enumerate(zip(kept.memory, growing.memory, strict=True), 1):
        print(f"{number * jobs // len(kept.memory):>8,} {small / MIB:>10.1f} {large / MIB:>10.1f}")
    print(
        f"last ÷ second       {kept.memory[-1] / kept.memory[1]:>8.2f} {growing.memory[-1] / growing.memory[1]:>10.2f}"
    )
    print(f"peak                {kept.peak / MIB:>8.1f} {growing.peak / MIB:>10.1f}")
    print(f"without ÷ with      {growing.memory[-1] / kept.memory[-1]:>8.1f} at the end")
    for name, side in (("with", kept), ("without", growing)):
        cuts = statistics.quantiles(side.waits_ms, n=100)
        slow = max((entry["duration"] for entry in side.store.client.slowlog_get(1000)), default=0) / 1000
        print(
            f"{name:>8}: {jobs / side.seconds:,.0f} jobs/s; {len(side.waits_ms):,} probes waited p50 {cuts[49]:.2f}, "
            f"p99 {cuts[98]:.2f}, max {max(side.waits_ms):.1f} ms; longest command in Redis: {slow or '< 0.5'} ms"
        )
    below = list(kept.store.client.scan_iter("st:job:*", count=1000))
    problems = inconsistencies(kept.store) or "nothing"
    print(f"left with retention: {kept.store.ended.count()} jobs, {len(below)} keys; inconsistent is {problems}")
    time.sleep(KEEP_ANSWERS_MS / 1000)
    print(f"once the answers of scripts have gone: {_used(kept) / MIB:.1f} MiB, {kept.store.client.dbsize()} keys")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--probe"]:
        probe(sys.argv[2])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
