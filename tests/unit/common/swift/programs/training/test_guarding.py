"""A tracker that fails does not end the training."""

from pathlib import Path

import pytest

from common.swift.programs.training import facts
from common.swift.programs.training.guarding import Guard, why
from common.swift.programs.training.orders import Orders


class Tracker:
    """Fails when the training begins, or at the log that is its `fails_at`th event."""

    def __init__(self, error: BaseException | None = None, fails_at: int = 1) -> None:
        self.error, self.fails_at, self.events = error, fails_at, 0

    def on_train_begin(self) -> None:
        self._event()

    def on_log(self) -> None:
        self._event()

    def _event(self) -> None:
        self.events += 1
        if self.error and self.events == self.fails_at:
            raise self.error


@pytest.mark.parametrize("error", [OSError("no answer"), SystemExit(1)])
def test_who_fails_is_left_out_and_told(tmp_path: Path, error: BaseException) -> None:
    broken, whole = Tracker(error, fails_at=2), Tracker()
    guard = Guard(Orders(str(tmp_path)))
    guard.watch("wandb", broken)
    guard.watch("mlflow", whole)

    for tracker in (broken, whole):
        tracker.on_train_begin()
        tracker.on_log()
        tracker.on_log()

    assert (broken.events, whole.events) == (2, 3)
    assert set(guard.alive) == {"mlflow"}
    assert facts.read(tmp_path, facts.LINKS) == {"links": {}, "failed": {"wandb": why(error)}}


def test_a_user_who_stops_the_training_stops_it(tmp_path: Path) -> None:
    tracker = Tracker(KeyboardInterrupt())
    Guard(Orders(str(tmp_path))).watch("wandb", tracker)

    with pytest.raises(KeyboardInterrupt):
        tracker.on_train_begin()


def test_no_password_of_an_address_is_told() -> None:
    assert why(OSError("no answer of https://me:secret@tracker/api\nat all")) == (
        "OSError: no answer of https://tracker/api at all"
    )
