"""Several duties processes over a Redis: one acts, and whoever is killed in the middle leaves nothing half done."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from client.stack.embedded_redis import EmbeddedRedis
from common.clock import to_ms
from common.settings import Settings
from common.store import Store, keys, open_store
from common.store.consistency import inconsistencies
from tests.builders import make_job
from tests.eventually import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.fault

OLD_MS = 200 * 86_400_000
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def settings(make_settings: Callable[..., Settings], redis: EmbeddedRedis) -> Settings:
    return make_settings(REDIS_SOCKET=redis.socket_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    opened.client.flushall()
    yield opened
    assert inconsistencies(opened) == []
    opened.client.close()


@pytest.fixture
def start(redis: EmbeddedRedis, tmp_path: Path) -> Iterator[Start]:
    """Starts a duties process; none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def run(**environment: object) -> subprocess.Popen[bytes]:
        env = {"PATH": os.environ["PATH"], "ENVIRONMENT": "test", "REDIS_SOCKET": str(redis.socket_path)}
        env |= {"DATA_DIR": str(tmp_path), "LOG_FORMAT": "json", "RETENTION_LOGS_DAYS": "0"}
        env["RETENTION_JOBS_DAYS"] = "0.01"  # a quarter of an hour, looked at every second
        env |= {name: str(value) for name, value in environment.items()}
        with (tmp_path / "duties.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", "scheduler.duties"], env=env, stdout=log, stderr=log)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def old_jobs(store: Store, count: int, first: int = 0) -> None:
    """Jobs that were cancelled while they waited, long ago."""
    at_ms = to_ms(store.now()) - OLD_MS
    for number in range(first, first + count):
        store.jobs.submit(make_job(f"old-{number}"), "accepted")
        store.jobs.cancel(f"old-{number}", "over")
    with store.client.pipeline(transaction=False) as pipe:
        for number in range(first, first + count):
            times = {"created_at_ms": at_ms, "ended_at_ms": at_ms + number}
            pipe.hset(keys.of(f"old-{number}").record, mapping=times)
            pipe.zadd(keys.ENDED, {f"old-{number}": at_ms + number})
        pipe.execute()


def left(store: Store) -> int:
    return int(store.client.zcard(keys.ENDED))


def orphans(store: Store) -> set[str]:
    """Keys below a job that has no record."""
    names = set(store.client.scan_iter("st:job:*", count=1000))
    return {name for name in names if ":".join(name.split(":")[:3]) not in names}


@contextmanager
def stopped(process: subprocess.Popen[bytes]) -> Iterator[None]:
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def test_whoever_is_killed_between_two_steps_leaves_nothing_half_done_and_the_next_goes_on(
    store: Store, start: Start
) -> None:
    old_jobs(store, 400)
    first = start()
    eventually(lambda: left(store), lambda count: 0 < count < 400, what="the middle")
    first.kill()
    first.wait()

    half = left(store)
    assert 0 < half < 400
    assert orphans(store) == set()
    assert inconsistencies(store) == []

    start()

    eventually(lambda: left(store), lambda count: count == 0, what="the end of what the first one began")
    assert list(store.client.scan_iter("st:job:*")) == []


def test_of_two_one_acts_and_the_other_takes_over_when_it_is_told_to_end(store: Store, start: Start) -> None:
    acting = start()
    eventually(lambda: store.client.get(keys.DUTIES_LOCK), bool, what="a turn")
    turn = store.client.get(keys.DUTIES_LOCK)
    start()
    old_jobs(store, 10)
    eventually(store.retention.looked_at_ms, bool, what="a look")
    assert store.client.get(keys.DUTIES_LOCK) == turn

    acting.terminate()
    assert acting.wait(timeout=PATIENCE_SECONDS) == 0

    eventually(lambda: store.client.get(keys.DUTIES_LOCK), lambda now: now not in (None, turn), what="another's turn")
    eventually(lambda: left(store), lambda count: count == 0, what="what was old")


def test_one_that_wakes_up_when_its_turn_is_over_does_no_harm(store: Store, start: Start) -> None:
    old_jobs(store, 400)
    sleeper = start()
    eventually(lambda: left(store), lambda count: 0 < count < 400, what="the middle")
    with stopped(sleeper):
        start()
        eventually(lambda: left(store), lambda count: count == 0, what="the end of it")
        store.jobs.submit(make_job("young"), "accepted")
        store.jobs.cancel("young", "over")

    old_jobs(store, 100, first=700)
    eventually(lambda: left(store), lambda count: count == 1, what="all but the one that is not old")
    assert store.listings.all_ids() == ["young"]


def test_a_redis_that_is_away_is_waited_for(store: Store, start: Start, redis: EmbeddedRedis) -> None:
    duties = start()
    eventually(store.retention.looked_at_ms, bool, what="a look")
    redis.stop()
    redis.start()
    old_jobs(store, 10)

    eventually(lambda: left(store), lambda count: count == 0, what="what was old")
    assert duties.poll() is None


def test_wrong_settings_end_it_with_one_line(start: Start, tmp_path: Path) -> None:
    process = start(RETENTION_JOBS_DAYS="soon")

    assert process.wait(timeout=PATIENCE_SECONDS) == 1
    assert "duties: these settings are wrong:\n  RETENTION_JOBS_DAYS" in (tmp_path / "duties.log").read_text()


def test_its_log_tells_what_it_did(store: Store, start: Start, tmp_path: Path) -> None:
    old_jobs(store, 3)
    duties = start()
    eventually(lambda: left(store), lambda count: count == 0, what="what was old")
    duties.terminate()
    duties.wait(timeout=PATIENCE_SECONDS)

    log: Any = (tmp_path / "duties.log").read_text()
    for event in ('"event": "duties_started"', '"event": "retention_step"', '"event": "duties_stopped"'):
        assert event in log
    assert '"count": 3' in log
