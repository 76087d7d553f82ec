"""The real ms-swift, where it is installed."""

import os
from pathlib import Path

import pytest

from workers.swift.installed import swift_version

REPOSITORY = Path(__file__).parents[2]
# A training that has a core to itself takes some ten seconds; here several share one.
LONGEST_SECONDS = 1200
PHASE_SECONDS = 500  # of which this much for one training, export or start of a server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of this tier may take longer than others before they count as hanging."""
    for item in items:
        if item.get_closest_marker("e2e") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONGEST_SECONDS))


@pytest.fixture(scope="session")
def swift_python() -> str:
    """The interpreter that has ms-swift; without it these tests skip here and fail in CI."""
    python = os.environ.get("SWIFT_PYTHON", str(REPOSITORY / ".venv-swift" / "bin" / "python"))
    if swift_version(python) is None:
        why = f"{python} has no ms-swift; `make swift-env` installs it"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    return python
