"""Shipping over a real Redis, whatever stands in the files and whatever becomes of them meanwhile."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ResponseError

from common.errors import StoreUnavailable
from common.jobs import Job
from common.store import Store
from common.store.attempts import AttemptStore, Receipt, Report
from common.store.outcomes import Outcome
from tests.integration.store.test_job_verbs import start
from workers.attempts.log_tail import read_at
from workers.attempts.shipper import BACKLOG_MAX_BYTES, Shipper

pytestmark = pytest.mark.integration


@pytest.fixture
def job(store: Store) -> Job:
    return start(store)


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    return tmp_path / "output.log"


@pytest.fixture
def metrics_path(tmp_path: Path) -> Path:
    return tmp_path / "logging.jsonl"


@pytest.fixture
def shipper(store: Store, job: Job, log_path: Path) -> Shipper:
    return Shipper(store.attempts, job, 1, log_path)


def ship_all(shipper: Shipper, metrics_path: Path | None = None) -> int:
    """The looks that it took until one moved nothing."""
    for looks in range(1, 500):
        _, moved = shipper.ship(metrics_path)
        if not moved:
            return looks
    raise AssertionError("it never ends")


def test_the_summary_of_a_long_training_does_not_hold_it_up(
    store: Store, job: Job, shipper: Shipper, metrics_path: Path
) -> None:
    lines = [{"loss": 1.0, "global_step/max_steps": "1/1"}, {"last_model_checkpoint": "/o/checkpoint-1"}]
    lines[1]["log_history"] = [{"loss": 1.0, "step": 1}] * 200_000
    metrics_path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    assert ship_all(shipper, metrics_path) <= 4

    assert store.logs.metrics(job.id, 10) == [lines[0], {"last_model_checkpoint": "/o/checkpoint-1"}]
    assert shipper.left(metrics_path) == (0, 0)


def test_a_file_of_empty_records_is_shipped(store: Store, job: Job, shipper: Shipper, metrics_path: Path) -> None:
    metrics_path.write_text("{}\n" * 100_000 + "\n" * 100_000)

    ship_all(shipper, metrics_path)

    assert store.logs.metrics_from(job.id, 0, 1).total == 100_000


def test_a_log_that_got_shorter_goes_on_behind_what_was_shipped(
    store: Store, job: Job, log_path: Path, shipper: Shipper
) -> None:
    log_path.write_text("the old log\n")
    ship_all(shipper)
    log_path.write_text("anew\n")
    ship_all(shipper)

    with log_path.open("a") as file:
        file.write("and on\n")
    assert ship_all(Shipper(store.attempts, job, 1, log_path)) == 2  # another worker's

    assert store.logs.read(job.id, 1).text == "the old log\nanew\nand on\n"


def test_a_log_that_was_emptied_for_good_is_at_its_end(
    store: Store, job: Job, log_path: Path, shipper: Shipper
) -> None:
    log_path.write_text("the old log\n")
    ship_all(shipper)
    log_path.write_text("")

    assert ship_all(shipper) <= 2
    assert shipper.left(None) == (0, 0)
    assert ship_all(Shipper(store.attempts, job, 1, log_path)) <= 2
    log_path.unlink()
    assert ship_all(shipper) <= 2
    assert store.logs.read(job.id, 1).text == "the old log\n"


def test_metrics_that_got_shorter_are_read_anew(store: Store, job: Job, shipper: Shipper, metrics_path: Path) -> None:
    metrics_path.write_text('{"loss": 1.5}\n{"loss": 1.4}\n')
    ship_all(shipper, metrics_path)
    metrics_path.write_text('{"loss": 1.3}\n')
    ship_all(shipper, metrics_path)
    with metrics_path.open("a") as file:
        file.write('{"loss": 1.2}\n')
    ship_all(shipper, metrics_path)

    assert [record["loss"] for record in store.logs.metrics(job.id, 10)] == [1.5, 1.4, 1.3, 1.2]


def test_a_log_that_is_far_ahead_is_followed_on_from_the_tail_that_is_kept(
    store: Store, job: Job, log_path: Path, shipper: Shipper, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A hole stands for a log that would take too long to write: as read where nobody knows of holes.
    monkeypatch.setattr("workers.attempts.shipper.read_behind_hole", lambda path, *where: (0, read_at(path, *where)))
    size, kept = 2**36, store.attempts.bounds.log_tail_bytes
    with log_path.open("wb") as file:
        file.write(b"the beginning\n")
        file.truncate(size)

    assert ship_all(shipper) < BACKLOG_MAX_BYTES // 2**18

    part = store.logs.read(job.id, 1)
    assert part.text.startswith("the beginning\n")
    assert (part.gap_to, part.next_offset) == (size - kept, size)


def test_what_cannot_be_read_is_nothing_new(shipper: Shipper, tmp_path: Path) -> None:
    assert ship_all(shipper, tmp_path) == 1


class Choosy(AttemptStore):
    """A store that does not take what has this word in it, as a script with a bug would not."""

    error: Exception

    def report(self, job_id: str, attempt: int, report: Report) -> Receipt:
        if "poison" in report.log_chunk:
            raise self.error
        return super().report(job_id, attempt, report)


@pytest.mark.parametrize("error", [ResponseError("user_script:7: a bug"), StoreUnavailable("away, it says")])
def test_a_piece_that_redis_does_not_take_is_passed_over(
    store: Store, job: Job, log_path: Path, metrics_path: Path, error: Exception
) -> None:
    bounds: Any = store.attempts.bounds
    choosy = type("TheChoosy", (Choosy,), {"error": error, "__slots__": ()})(store.attempts.scripts, bounds)
    shipper = Shipper(choosy, job, 1, log_path)
    log_path.write_text("poison\n")
    metrics_path.write_text('{"loss": 1.5}\n')
    try:
        shipper.ship(metrics_path)
    except StoreUnavailable:
        ship_all(shipper, metrics_path)
    with log_path.open("a") as file:
        file.write("good\n")

    ship_all(shipper, metrics_path)

    assert store.logs.read(job.id, 1).text == "???????good\n"
    assert shipper.left(metrics_path) == (0, 0)


def test_nothing_is_passed_over_while_redis_is_away(store: Store, job: Job, log_path: Path) -> None:
    class Away(AttemptStore):
        def report(self, job_id: str, attempt: int, report: Report) -> Receipt:
            raise StoreUnavailable("away")

    shipper = Shipper(store.attempts, job, 1, log_path)
    shipper.ship(None)
    log_path.write_text("whole\n")
    shipper._store = Away(store.attempts.scripts, replace(store.attempts.bounds))
    for _ in range(5):
        with pytest.raises(StoreUnavailable):
            shipper.ship(None)
    shipper._store = store.attempts

    receipt, moved = shipper.ship(None)

    assert (receipt.outcome, moved) == (Outcome.OK, True)
    assert store.logs.read(job.id, 1).text == "whole\n"


def test_what_a_runner_cut_out_of_a_log_is_passed_over_and_told_as_missing(
    store: Store, job: Job, log_path: Path, shipper: Shipper
) -> None:
    with log_path.open("wb") as file:
        file.write(b"head".ljust(4096, b"."))
        file.seek(4096 + 1024 * 1024)
        file.write(b"tail\n")
    if log_path.stat().st_blocks * 512 > 1024 * 1024:
        pytest.skip("this file system has no holes")

    ship_all(shipper)

    part = store.logs.read(job.id, 1)
    assert (part.gap_from, part.gap_to, part.next_offset) == (4096, 4096 + 1024 * 1024, 4096 + 1024 * 1024 + 5)
    told = "\n[... 1048576 bytes are only in the log file on the node, unless they were cut there ...]\n"
    assert part.text == "head".ljust(4096, ".") + told + "tail\n"
    assert shipper.left(None) == (0, 0)
