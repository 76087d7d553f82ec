"""Which ms-swift the swift interpreter has, without importing it (that takes seconds)."""

import os
import subprocess

TIMEOUT_SECONDS = 30
QUESTION = "import importlib.metadata as m; print(m.version('ms-swift'))"
INHERITED = ("PATH", "HOME", "LD_LIBRARY_PATH")


def swift_version(python: str, timeout_seconds: float = TIMEOUT_SECONDS) -> str | None:
    """The version that `python` would run; None when there is no such interpreter or no ms-swift in it."""
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    try:
        answer = subprocess.run(
            [python, "-I", "-c", QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            env=environment,
            timeout=timeout_seconds,
            text=True,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return answer.stdout.strip() or None
