"""`make demo`: from nothing to a model that answers, and nothing is left running."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real_stack import eventually

pytestmark = pytest.mark.e2e


def test_the_demonstration_succeeds_and_stops_all_that_it_started(swift_python: str, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    process = subprocess.run(
        [sys.executable, "-m", "client.demo.run", "--data-dir", str(folder)],
        env={**os.environ, "SWIFT_PYTHON": swift_python, "XDG_CONFIG_HOME": str(tmp_path / "config")},
        capture_output=True,
        text=True,
        check=False,
        timeout=1000,
    )

    assert process.returncode == 0, process.stdout + process.stderr
    assert "swifty~deploy-1 is running" in process.stdout
    assert "OpenAI's client asks it through the gateway" in process.stdout
    assert "after:  'I am Swifty, trained by Swift Trainer.'" in process.stdout
    eventually(lambda: processes_below(folder), lambda left: left == [], what="the end of all that it started")


def processes_below(folder: Path) -> list[str]:
    """Commands of living processes whose environment names the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (entry / "environ").read_bytes() and int(entry.name) != os.getpid():
                found.append((entry / "cmdline").read_bytes().decode().replace("\0", " "))
        except OSError:
            continue
    return found
