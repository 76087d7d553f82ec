"""How long a submitted job takes to its first instruction on an idle system, beside the bare cost of a process.

python -m bench.submit_latency [jobs]

Starts a stack of its own (tests/real_stack) whose swift interpreter is a shell script that notes the time and ends a
training at once. For each job: POST sent -> answered -> assigned -> first instruction of the child. The limit in the
same run is starting that script directly.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.ports import free_port
from tests.real_stack import FAKE_SWIFT, RealStack, eventually, fake_inputs

# What the node asks it besides (which ms-swift it has, which options) the tests' stand-in answers.
SCRIPT = """#!/bin/sh
case "$PWD" in
  */output/*) date +%s%N > "{stamps}/$(basename "$(pwd | xargs dirname)")"; exit 1 ;;
esac
exec {fake} "$@"
"""


def main(jobs: int) -> None:
    with tempfile.TemporaryDirectory(prefix="swt-bench-") as folder:
        stack = _stack(Path(folder)).start()
        try:
            rows = [_one(stack, number) for number in range(jobs)]
        finally:
            stack.stop()
        bare = [_bare(Path(folder)) for _ in range(jobs)]
    _print(rows, bare)


def _stack(folder: Path) -> RealStack:
    stamps, interpreter = folder / "stamps", folder / "swift_python"
    stamps.mkdir()
    interpreter.write_text(SCRIPT.format(stamps=stamps, fake=FAKE_SWIFT))
    interpreter.chmod(0o755)
    # The settings of production: what a user waits for is events, not these intervals.
    return RealStack(
        folder, free_port(), SWIFT_PYTHON=interpreter, QUEUE_CHECK_INTERVAL=5, HEARTBEAT_SECONDS=2, FOLLOW_SECONDS=0.25
    )


def _one(stack: RealStack, number: int) -> tuple[float, float, float]:
    """Milliseconds from sending the POST to its answer, to the assignment, to the first instruction."""
    name = f"bench-{number}"
    body = {**fake_inputs(stack.folder), "output_dir": f"output/{name}"}
    sent = time.time()
    stack.submit(**body)
    answered = time.time()
    job = stack.wait_for(name, "failed")
    assigned = time.mktime(time.strptime(job["assigned_at"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
    assigned += float(job["assigned_at"][19:23])
    began = int((stack.folder / "stamps" / name).read_text()) / 1e9
    return tuple(1000 * (moment - sent) for moment in (answered, assigned, began))  # type: ignore[return-value]


def _bare(folder: Path) -> float:
    """Milliseconds from starting the same script directly to its first instruction."""
    work = folder / "output" / "bare" / "1"
    work.mkdir(parents=True, exist_ok=True)
    stamp = folder / "stamps" / "bare"
    stamp.unlink(missing_ok=True)
    sent = time.time()
    subprocess.run([folder / "swift_python"], cwd=work, check=False)
    eventually(stamp.exists, bool)
    return 1000 * (int(stamp.read_text()) / 1e9 - sent)


def _print(rows: list[tuple[float, float, float]], bare: list[float]) -> None:
    print(f"{len(rows)} jobs one after another, idle system, {os.cpu_count()} cores; milliseconds since POST was sent")
    for label, values in zip(("answered", "assigned", "first instruction"), zip(*rows, strict=True), strict=True):
        print(f"  {label:<18} median {statistics.median(values):7.1f}   p95 {_p95(values):7.1f}")
    print(f"  {'a bare process':<18} median {statistics.median(bare):7.1f}   p95 {_p95(bare):7.1f}")
    ratio = statistics.median(row[2] for row in rows) / statistics.median(bare)
    print(f"  first instruction / bare process: {ratio:.1f}")


def _p95(values: object) -> float:
    ordered = sorted(values)  # type: ignore[call-overload]
    return float(ordered[int(0.95 * (len(ordered) - 1))])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
