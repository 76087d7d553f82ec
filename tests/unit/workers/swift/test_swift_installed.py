import sys
from pathlib import Path

import pytest

from workers.swift.installed import swift_version

FAKE = Path(__file__).parents[3] / "fakes" / "swift_python"


def test_the_interpreter_tells_its_ms_swift() -> None:
    assert swift_version(str(FAKE)) == "4.6.0"


@pytest.mark.parametrize("python", ["/no/such/python", sys.executable, "/bin/false"])
def test_an_interpreter_without_ms_swift_tells_nothing(python: str) -> None:
    assert swift_version(python) is None


def test_an_interpreter_that_hangs_is_given_up(tmp_path: Path) -> None:
    hanging = tmp_path / "python"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)

    assert swift_version(str(hanging), timeout_seconds=0.1) is None
