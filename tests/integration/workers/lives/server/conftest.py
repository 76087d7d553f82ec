import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import RunningServer, Servers

Start = Callable[..., RunningServer]


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    started = Servers(tmp_path)
    yield started
    started.end()


@pytest.fixture
def start(servers: Servers, tmp_path: Path) -> Start:
    """Start a fake server that behaves as the knobs say (fake_swift/knobs.py)."""
    model = tmp_path / "model"
    model.mkdir()

    def begin(port: int = 0, knobs: dict[str, Any] | None = None, **deploy: Any) -> RunningServer:
        (model / "fake.json").write_text(json.dumps(knobs or {}))
        return servers.start(model, port, **deploy)

    return begin
