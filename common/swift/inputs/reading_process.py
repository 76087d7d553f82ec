"""Reading in a process of its own: what takes a core for seconds is done beside the process that asks.

`read_apart` starts `python -m common.swift.inputs.reading_process`, which takes what is asked on its standard input and
leaves the verdict on its standard output, both pickled: the two are one program.
"""

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from common.swift.inputs.asked_verdict import AskedVerdict, give_verdict
from common.swift.inputs.verdict import Verdict

REPOSITORY = Path(__file__).parents[3]
NICE = 5
SHOWN_CHARACTERS = 2000


class ReadingFailed(Exception):
    """The process came to no verdict: it took too long, or ended otherwise."""


def read_apart(asked: AskedVerdict, seconds: float) -> Verdict | None:
    """The verdict, given by another process within so many seconds. Raises ReadingFailed."""
    command = [sys.executable, "-P", "-m", "common.swift.inputs.reading_process"]
    # Nothing of the service's own environment: it holds secrets, and this process reads what others wrote.
    environment = {"PATH": os.defpath, "PYTHONPATH": str(REPOSITORY)}
    try:
        done = subprocess.run(
            command,
            input=pickle.dumps(asked),
            env=environment,
            cwd="/",
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise ReadingFailed(f"not done within {seconds:g} s") from error
    except subprocess.CalledProcessError as error:
        raise ReadingFailed(error.stderr.decode(errors="replace")[-SHOWN_CHARACTERS:]) from error
    verdict: Verdict | None = pickle.loads(done.stdout)  # noqa: S301 - our own process wrote it
    return verdict


def main() -> None:
    with suppress(OSError):
        os.nice(NICE)
    asked: AskedVerdict = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - our own process wrote it
    sys.stdout.buffer.write(pickle.dumps(give_verdict(asked)))


if __name__ == "__main__":
    main()
