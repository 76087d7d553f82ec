"""A stack of its own for each test that breaks one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.settings import load_settings
from common.store import open_store
from scheduler.audit import audit
from tests.real_stack import RealStack, eventually, free_port


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealStack]:
    """Whatever was done to it, its records agree in the end."""
    running = RealStack(tmp_path, free_port()).start()
    yield running
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    store = open_store(load_settings())
    eventually(lambda: audit(store), lambda problems: problems == [], timeout=5, what="consistency")
    store.client.close()
    running.stop()
