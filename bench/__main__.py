"""Runs the benchmarks one after the other, all or those that are named: `python -m bench [name ...]`."""

import subprocess
import sys
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main(wanted: list[str]) -> int:
    unknown = sorted(set(wanted) - set(NAMES))
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    failed = 0
    for name in wanted or NAMES:
        print(f"== python -m bench.{name}", flush=True)
        # A process each: what one leaves in memory is no cost of the next one.
        failed = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode or failed
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
