"""Trying a table in a process of its own, before it is read here: of a damaged one pyarrow may end the process.

`python -m common.swift.inputs.tables.trial PATH [samples]` opens the file and goes through its rows; what it raises
there is raised again, and told, by whoever reads the file afterwards.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from common.swift.data.unreadable import Unreadable
from common.swift.inputs.tables.files import opened

REPOSITORY = Path(__file__).parents[4]
SAMPLES = "samples"
# What ends a process over its own fault; others are somebody's wish, or a machine without memory.
CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}


def try_table(path: Path, *, whole: bool) -> None:
    """Raises Unreadable for a file that ends the process which reads it."""
    command = [sys.executable, "-P", "-m", "common.swift.inputs.tables.trial", str(path), *([] if whole else [SAMPLES])]
    # Nothing of the service's own environment, as for the process that reads.
    environment = {"PATH": os.defpath, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, env=environment, cwd="/", capture_output=True, check=False)
    if -done.returncode in CRASHES:
        raise Unreadable("damaged: it ends the process that reads it; copy or download it again")


def main(path: str, *options: str) -> None:
    with suppress(Unreadable, OSError), opened(Path(path)) as table:
        for _, batch in table.batches(whole=SAMPLES not in options):
            for column in batch.columns:
                with suppress(Exception):  # told where the rows are judged
                    column.to_pylist()


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # how pyarrow's threads take the end of the interpreter says nothing of the file
