"""The watch on a training's checkpoints: tells what changed, once, and never too much."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from common.errors import StoreUnavailable
from common.store.checkpoints import SavedCheckpoints
from common.store.outcomes import Outcome
from tests.builders import make_job
from tests.unit.workers.outputs.saved import an_output, save
from workers.outputs import checkpoint_watch
from workers.outputs.checkpoint_watch import CheckpointWatch


class Told:
    """In the place of an attempt and its store: keeps what is reported, unless it is away."""

    def __init__(self) -> None:
        self.number, self.job, self.is_away = 1, make_job(), False
        self.reports: list[SavedCheckpoints] = []
        self.node = SimpleNamespace(name="node-1", store=SimpleNamespace(checkpoints=self))

    def report(self, job_id: str, attempt: int, saved: SavedCheckpoints) -> Outcome:
        if self.is_away:
            raise StoreUnavailable("away")
        self.reports.append(saved)
        return Outcome.OK

    def tell(self, write: Callable[[], Outcome]) -> Outcome:
        return write()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return an_output(tmp_path, make_job())


@pytest.fixture
def watch(told: Any, output: Path, monkeypatch: pytest.MonkeyPatch) -> CheckpointWatch:
    monkeypatch.setattr(checkpoint_watch, "LOOK_SECONDS", 0)
    return CheckpointWatch(told, output)


def steps(saved: SavedCheckpoints) -> list[int]:
    return [checkpoint.step for checkpoint in saved.checkpoints]


def test_it_tells_when_something_was_saved_or_removed_and_not_else(watch: Any, told: Told, output: Path) -> None:
    watch.look()
    save(output, 5)
    watch.look()
    watch.look()
    (output / "checkpoint-5").rename(output / "gone")
    watch.look()

    assert [steps(saved) for saved in told.reports] == [[5], []]


def test_what_could_not_be_told_is_told_later(watch: Any, told: Told, output: Path) -> None:
    save(output, 5)
    told.is_away = True
    watch.look()
    told.is_away = False
    watch.look()

    assert [steps(saved) for saved in told.reports] == [[5]]


def test_of_very_many_the_newest_are_told_and_the_best(
    watch: Any, told: Told, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint_watch, "LISTED_MAX", 2)
    for step in (5, 10, 15, 20):
        save(output, step, best=output / "checkpoint-5")

    watch.look()

    assert steps(told.reports[0]) == [5, 15, 20]
    assert (told.reports[0].best, told.reports[0].left_out) == (str(output / "checkpoint-5"), 1)


def test_in_the_end_it_says_what_there_is(watch: Any, told: Told, output: Path) -> None:
    watch.tell()
    save(output, 5)
    watch.tell()

    assert [steps(saved) for saved in told.reports] == [[5]]
