"""Fixtures that every tier shares, how many workers run the tests, and in which order."""

import os
from collections.abc import Callable
from itertools import chain, groupby, zip_longest
from pathlib import Path

import hypothesis
import pytest

from common.settings import Settings, load_settings

# A busy machine is no defect of the code: what is too slow shows in bench/. The checks of all changes look at the same
# examples, so that what somebody else's change broke is not found by chance; everybody's own runs look at new ones.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("house")

MOST_WORKERS = 8

SETTING_NAMES = (
    "ENVIRONMENT",
    "API_KEY",
    "APP_HOST",
    "APP_PORT",
    "DATA_DIR",
    "NODE_NAME",
    "REDIS_SOCKET",
    "GPU_SLOTS",
    "MEDIA_URLS",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """For `-n auto`: two more than there are cores, because many a test waits for processes of its own."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_WORKERS, cores + 2)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: a file of trainings, which compute, and one of faults, which mostly wait, in turn.

    So the cores have enough to do all the time, and no long file is left to the end.
    """
    files = [list(of_file) for _, of_file in groupby(items, key=lambda item: item.path)]
    trainings, faults = ([file for file in files if file[0].get_closest_marker(tier)] for tier in ("e2e", "fault"))
    others = [file for file in files if file not in trainings and file not in faults]
    in_turn = chain.from_iterable(zip_longest(trainings, faults, fillvalue=[]))
    items[:] = chain.from_iterable([*in_turn, *others])


@pytest.fixture
def make_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Settings]:
    """Settings with some values changed, by their environment names; nothing of the developer's leaks in."""
    for name in SETTING_NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NODE_NAME", "node-1")

    def make(**values: object) -> Settings:
        for name, value in values.items():
            monkeypatch.setenv(name, str(value))
        return load_settings()

    return make
