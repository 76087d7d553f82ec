"""What the tests of the local stack share: a data folder, patience, and a view of the process table."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

PATIENCE_SECONDS = 90


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def eventually() -> Callable[[Callable[[], object], str], None]:
    """Wait until the condition holds, or fail with its description."""

    def wait(condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS} s: {what}"
            time.sleep(0.01)

    return wait


@pytest.fixture
def is_gone() -> Callable[[int], bool]:
    """Whether a process has ended; one that only waits to be reaped has."""

    def ask(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return ask
