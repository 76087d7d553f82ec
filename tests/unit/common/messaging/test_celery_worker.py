"""A worker that ends without having been asked to is a failure, and lets go of what it follows all the same."""

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from celery import signals

from common.messaging.worker import run_worker


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What a worker connected belongs to its process, which this one is not."""
    before = list(signals.worker_shutting_down.receivers)
    yield
    signals.worker_shutting_down.receivers[:] = before


def app_whose_worker(does: Callable[[Any], None]) -> Any:
    steps: dict[str, set[Any]] = {"worker": set()}
    app = SimpleNamespace(steps=steps)
    app.worker_main = lambda _: does(app)
    return app


def test_one_that_was_asked_to_end_ends_well() -> None:
    let_go = threading.Event()
    asked = app_whose_worker(lambda _: signals.worker_shutting_down.send(None, sig="TERM", how="warm", exitcode=0))

    run_worker(asked, [], let_go.set)

    assert let_go.wait(10)


def test_one_that_ends_by_itself_has_failed() -> None:
    with pytest.raises(SystemExit, match="without having been asked"):
        run_worker(app_whose_worker(lambda _: None), [], lambda: None)


def test_whatever_ends_it_its_followers_are_let_go_once() -> None:
    calls, done = [], threading.Event()

    def let_go() -> None:
        calls.append(1)
        done.set()

    def closes(app: Any) -> None:
        (step,) = app.steps["worker"]
        step.close(object.__new__(step), None)
        signals.worker_shutting_down.send(None, sig="TERM", how="warm", exitcode=0)

    run_worker(app_whose_worker(closes), [], let_go)

    assert done.wait(10)
    assert calls == [1]
