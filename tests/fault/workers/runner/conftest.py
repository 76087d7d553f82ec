"""Phases of real processes: ranks are small Python programs, and nothing of them outlives its test.

One that sleeps for ten minutes does not end by itself; one that sleeps for a moment again and again waits to be told.
"""

import os
import signal
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.eventually import NeverHappened
from tests.eventually import eventually as in_time
from workers import runner_control
from workers.runner import process_table
from workers.runner_control import ExitRecord, ProcessSpec, RunnerSpec


def wait_for(condition: Callable[[], Any], timeout_seconds: float = 15, view: Callable[[], Any] = str) -> Any:
    """The condition's first true value; fails with the last view when there is none in time."""
    try:
        return in_time(condition, bool, timeout_seconds)
    except NeverHappened as never:
        raise NeverHappened(f"{never}; the view: {view()!r}") from None


@dataclass(frozen=True, slots=True)
class PhaseFolder:
    """One phase under test."""

    path: Path
    job_id: str = field(default_factory=lambda: f"job-{uuid.uuid4().hex}")

    @property
    def log(self) -> Path:
        return self.path / "output.log"

    def rank(self, code: str, rank: int = 0, **changes: Any) -> ProcessSpec:
        """A rank that runs this Python code."""
        fields = {
            "rank": rank,
            "argv": (sys.executable, "-S", "-c", code),
            "env": {"PATH": os.environ["PATH"]},
            "cwd": str(self.path),
            "log_path": str(self.log),
        }
        return ProcessSpec(**(fields | changes))

    def write(self, *ranks: str | ProcessSpec, **fields: Any) -> None:
        processes = tuple(self.rank(code, n) if isinstance(code, str) else code for n, code in enumerate(ranks))
        spec = {"job_id": self.job_id, "attempt": 1, "phase": "train", "processes": processes, "grace_seconds": 10}
        runner_control.write_spec(self.path, RunnerSpec(**(spec | fields)))

    def start(self, *ranks: str | ProcessSpec, **fields: Any) -> int:
        """Start the phase; returns the runner's pid when the ranks have been started."""
        self.write(*ranks, **fields)
        pid = runner_control.start_runner(self.path)
        assert runner_control.wait_until_up(self.path, 10), (self.path / "runner.log").read_text()
        return pid

    def logged(self, word: str) -> None:
        """Wait until the ranks have logged the word."""
        wait_for(lambda: word in self.text(), view=self.text)

    def text(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def ended(self, timeout_seconds: float = 15) -> ExitRecord:
        """Wait for the end of the phase and of its runner."""
        record = wait_for(lambda: runner_control.read_exit(self.path), timeout_seconds, view=self.text)
        wait_for(lambda: not runner_control.is_alive(self.path))
        return record

    def kill_runner(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not runner_control.is_alive(self.path))

    def tree(self) -> list[int]:
        return runner_control.find_tree(self.job_id, 1)


@pytest.fixture
def eventually() -> Callable[..., Any]:
    return wait_for


@pytest.fixture
def is_living() -> Callable[[int], bool]:
    def living(pid: int) -> bool:
        process = process_table.find(pid)
        return process is not None and process.alive

    return living


@pytest.fixture
def make_phase(tmp_path: Path) -> Iterator[Callable[[], PhaseFolder]]:
    """Makes phase folders; whatever of them is alive at the end of the test is killed."""
    made: list[PhaseFolder] = []

    def make() -> PhaseFolder:
        path = tmp_path / f"phase-{len(made)}"
        path.mkdir()
        made.append(PhaseFolder(path))
        return made[-1]

    yield make
    for phase in made:
        info = runner_control.read_runner(phase.path)
        if info is not None:
            # Not by its own way to stop: that may be what is broken.
            process_table.signal_exactly(info.pid, info.start_ticks, signal.SIGKILL)
        wait_for(lambda path=phase.path: not runner_control.is_alive(path))
        assert runner_control.kill_tree(phase.job_id, 1, 5)


@pytest.fixture
def phase(make_phase: Callable[[], PhaseFolder]) -> PhaseFolder:
    return make_phase()
