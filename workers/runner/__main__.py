"""`python -m workers.runner PHASE_DIR`: run the phase that PHASE_DIR/spec.json describes."""

import sys
from pathlib import Path

from workers.runner import life


def main(arguments: list[str]) -> int:
    """0: the phase has its exit record; 2: wrong usage; 3: another runner has it; 4: its runner died before."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python -m workers.runner PHASE_DIR", file=sys.stderr)
        return life.USAGE
    return life.run(Path(arguments[0]).resolve())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
