"""The end of a process never waits for shipping: a phase that has ended is drained within bounds."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from common.errors import StoreFull, StoreUnavailable
from common.settings import Settings
from common.store.attempts import Receipt
from common.store.outcomes import Outcome
from tests.builders import make_job
from workers.attempts.ends import Detached
from workers.attempts.folder import AttemptFolder, folder_of
from workers.attempts.phase import CANCELLED_DRAIN_SECONDS, PhasePlan, PhaseRun
from workers.runner import phase_files, records
from workers.runner.records import ExitRecord

ENDED_AT = datetime(2026, 1, 2, tzinfo=UTC)
ENDED = ExitRecord("exited", ENDED_AT, ENDED_AT, exit_codes={0: 0}, tree_empty=True)
JOB = make_job()


class FakeShipper:
    """Moves `pieces` of what is left, and is interrupted by what `trouble` says for each look."""

    progress = None

    def __init__(self, pieces: int, trouble: dict[int, Any] | None = None) -> None:
        self.pieces, self.looks, self.trouble = pieces, 0, trouble or {}

    def ship(self, _: Path | None) -> tuple[Receipt, bool]:
        self.looks += 1
        met = self.trouble.get(self.looks, self.trouble.get(0))
        if isinstance(met, Exception):
            raise met
        moved, self.pieces = self.pieces > 0, max(0, self.pieces - 1)
        return Receipt(met or Outcome.OK, 0, 0, 0, 0), moved

    def left(self, _: Path | None) -> tuple[int, int]:
        return self.pieces, 0


class Bench:
    def __init__(self, settings: Settings, folder: Path) -> None:
        self.notes: list[str] = []
        self.detach = threading.Event()
        self.folder: AttemptFolder = folder_of(folder, JOB, 1)
        self.folder.create(JOB, 1)
        attempts = SimpleNamespace(note=lambda *args: self.notes.append(args[2]))
        self.node: Any = SimpleNamespace(
            settings=settings,
            detach=self.detach,
            store=SimpleNamespace(attempts=attempts),
            boot_id="boot",
            name="node-1",
        )
        phase_dir = self.folder.phase_dir("train")
        phase_dir.mkdir(parents=True)
        phase_files.write_json(phase_dir / phase_files.EXIT, records.exit_to_json(ENDED))

    def run(self, shipper: Any) -> PhaseRun:
        run = PhaseRun(self.node, JOB, 1, self.folder, shipper)
        plan = PhasePlan("train", build_spec=lambda: pytest.fail("it has ended"), announce=lambda _: None)
        assert run.run(plan, lambda _: None) == ENDED
        return run


@pytest.fixture
def bench(make_settings: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Each time that somebody asks for the time, a second has passed."""
    seconds = iter(range(10_000))
    monkeypatch.setattr("workers.attempts.phase.time.monotonic", lambda: float(next(seconds)))
    return Bench(make_settings(DRAIN_SECONDS=30), tmp_path)


def test_all_that_is_left_is_shipped(bench: Bench) -> None:
    shipper = FakeShipper(pieces=7)

    bench.run(shipper)

    assert (shipper.pieces, shipper.looks) == (0, 7)


def test_a_look_that_moves_nothing_ends_it(bench: Bench) -> None:
    shipper = FakeShipper(pieces=0)
    shipper.left = lambda _: (0, 17)  # an unfinished line, say

    bench.run(shipper)

    assert (shipper.looks, bench.notes) == (1, [])


def test_what_never_ends_is_cut_and_told(bench: Bench) -> None:
    shipper = FakeShipper(pieces=10_000)

    run = bench.run(shipper)
    run.ship_rest()

    assert 25 <= shipper.looks <= 30
    assert bench.notes == ["log_cut"]


@pytest.mark.parametrize("error", [StoreUnavailable("away"), StoreFull("full")])
def test_a_store_that_is_away_is_not_waited_for(bench: Bench, error: Exception) -> None:
    shipper = FakeShipper(pieces=5, trouble={0: error})

    run = bench.run(shipper)
    assert shipper.looks == 1

    # Only the end itself waits for the store, and then ships what it had not taken.
    shipper.trouble = {}
    run.ship_rest()
    assert (shipper.pieces, shipper.looks) == (0, 6)


def test_a_store_that_comes_and_goes_gets_all_before_the_end(bench: Bench) -> None:
    shipper = FakeShipper(pieces=5, trouble={2: StoreUnavailable("away"), 4: StoreUnavailable("away")})

    bench.run(shipper).ship_rest()

    assert shipper.pieces == 0


def test_a_cancel_that_comes_meanwhile_is_seen_and_shortens_it(bench: Bench) -> None:
    shipper = FakeShipper(pieces=10_000, trouble={3: Outcome.CANCEL_REQUESTED})

    run = bench.run(shipper)

    assert run.was_cancelled
    assert shipper.looks <= CANCELLED_DRAIN_SECONDS + 1


def test_a_cancel_that_comes_with_the_rest_is_seen(bench: Bench) -> None:
    shipper = FakeShipper(pieces=5, trouble={0: StoreUnavailable("away")})
    run = bench.run(shipper)
    shipper.trouble = {0: Outcome.CANCEL_REQUESTED}

    run.ship_rest()

    assert run.was_cancelled


def test_a_worker_that_stops_leaves_the_rest_to_the_next(bench: Bench) -> None:
    bench.detach.set()

    with pytest.raises(Detached):
        bench.run(FakeShipper(pieces=5))
