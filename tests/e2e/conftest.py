"""The real ms-swift, where it is installed."""

import os
from pathlib import Path

import pytest

from workers.swift.installed import swift_version

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def swift_python() -> str:
    """The interpreter that has ms-swift; without it these tests skip here and fail in CI."""
    python = os.environ.get("SWIFT_PYTHON", str(REPOSITORY / ".venv-swift" / "bin" / "python"))
    if swift_version(python) is None:
        why = f"{python} has no ms-swift; `make swift-env` installs it"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    return python
