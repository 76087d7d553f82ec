"""`python -m tests.soak`: faults of every kind, in rounds; a table, and exit code 1 when anything went wrong."""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.soak.engine import soak
from tests.soak.faults import KINDS
from tests.soak.table import table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="of each kind (default: %(default)s)")
    parser.add_argument("--kinds", default=",".join(KINDS), help="comma-separated; default: all (%(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="decides every moment (default: the time)")
    parser.add_argument("--quick", action="store_true", help="wait for no jobs between rounds, account at the end only")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing of the stack outlives this
    kinds = [kind.strip() for kind in wanted.kinds.split(",")]
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        parser.error(f"no such kind: {', '.join(unknown)}; there are {', '.join(KINDS)}")
    print(f"{wanted.rounds} rounds of each kind, --seed {wanted.seed}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    say = partial(print, flush=True)
    found = soak(kinds, wanted.rounds, wanted.seed, folder=folder, thorough=not wanted.quick, say=say)
    print(table(found))
    if any(counts.bad() for counts in found.values()):
        print(f"logs and state: {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
