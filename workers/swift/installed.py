"""The installed ms-swift: which one the swift interpreter has, and which packages beside it, without importing any:
that takes seconds.
"""

import json
import os
import subprocess
from collections.abc import Sequence

TIMEOUT_SECONDS = 30
QUESTION = """\
import importlib.metadata, importlib.util
print(importlib.metadata.version("ms-swift") if importlib.util.find_spec("swift") else "")
"""
INHERITED = ("PATH", "HOME", "LD_LIBRARY_PATH")
PACKAGES_QUESTION = """\
import importlib.metadata, json, sys
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(found))
"""


def swift_version(python: str, timeout_seconds: float = TIMEOUT_SECONDS) -> str | None:
    """The version that `python` would run; None when there is no such interpreter or no ms-swift in it."""
    answer = _ask(python, [QUESTION], timeout_seconds)
    return answer or None


def package_versions(python: str, names: Sequence[str], timeout_seconds: float = TIMEOUT_SECONDS) -> dict[str, str]:
    """Those of the packages that `python` has; none when there is no such interpreter."""
    answer = _ask(python, [PACKAGES_QUESTION, *names], timeout_seconds)
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    return {str(name): str(version) for name, version in found.items()} if isinstance(found, dict) else {}


def _ask(python: str, code_and_arguments: Sequence[str], timeout_seconds: float) -> str:
    """What it prints; empty when it cannot."""
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    try:
        answer = subprocess.run(
            [python, "-I", "-c", *code_and_arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            env=environment,
            timeout=timeout_seconds,
            text=True,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return answer.stdout.strip()
