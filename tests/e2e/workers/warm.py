"""An interpreter that has imported ms-swift, for the commands that need none of their own."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("warm_swift.py")
END_SECONDS = 30


class WarmSwift:
    """Runs commands as `warm_swift.py` takes them."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    def run(self, commands: Sequence[Mapping[str, Any]]) -> list[int]:
        """The exit codes, in the order of the commands."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(commands), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, self._log.read_text()[-3000:]
        codes: list[int] = json.loads(answer)
        return codes


@contextmanager
def warm_swift(python: str, environment: Mapping[str, str], folder: Path) -> Iterator[WarmSwift]:
    """Works in the folder; ends with its input, or is ended when a test was cut off in a command."""
    log = folder / "warm.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [python, "-P", str(SCRIPT)],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    with process:
        yield WarmSwift(process, log)
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
