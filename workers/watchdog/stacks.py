"""Stack traces: what the processes of a training are doing, for the log of one that is about to be ended because it
hangs.
"""

import os
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from common.plain_files import open_plain
from workers.runner_control import RankProcess

RANK_SECONDS = 20.0
ALL_SECONDS = 60.0
THREADS_MAX = 64
STACK_MAX_BYTES = 256 * 1024


def write_stacks(log_path: Path, why: str, ranks: Sequence[RankProcess], swift_python: str) -> None:
    """Append the stack of each rank, by py-spy where it lies beside ms-swift, and what the kernel tells in any case."""
    spy = Path(swift_python).with_name("py-spy")
    until = time.monotonic() + ALL_SECONDS
    _append(log_path, f"\n[swift-trainer] {_stamp()} {why}; what its processes were doing:\n")
    if not spy.exists():
        _append(
            log_path, f"[swift-trainer] py-spy is not installed beside ms-swift ({spy}), so no stacks can be shown\n"
        )
    for rank in ranks:
        _append(log_path, f"[swift-trainer] rank {rank.rank}, process {rank.pid}\n{_threads(rank.pid)}")
        if spy.exists() and time.monotonic() < until:
            _append(log_path, _stack(spy, rank.pid))


def _stack(spy: Path, pid: int) -> str:
    """It does not stop the process for it: one that was stopped by somebody else would never answer."""
    try:
        done = subprocess.run(
            [str(spy), "dump", "--nonblocking", "--pid", str(pid)],
            capture_output=True,
            timeout=RANK_SECONDS,
            check=False,
            env={"RUST_LOG": "off"},
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        return f"py-spy did not show its stack: {type(exc).__name__}\n"
    return (done.stdout + done.stderr)[:STACK_MAX_BYTES].decode("utf-8", "replace")


def _threads(pid: int) -> str:
    """State and place in the kernel of each thread: `T` was stopped, `D` waits for a device or a disk."""
    tasks = sorted(Path(f"/proc/{pid}/task").glob("[0-9]*"), key=lambda path: int(path.name))[:THREADS_MAX]
    return "".join(
        f"  thread {task.name} {_state(task)} {_read(task / 'wchan')} {_read(task / 'comm')}\n" for task in tasks
    )


def _state(task: Path) -> str:
    stat = _read(task / "stat")
    return stat.rpartition(")")[2].split()[0] if stat else "?"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _append(log_path: Path, text: str) -> None:
    """Behind what the ranks wrote; they append, too."""
    try:
        with os.fdopen(open_plain(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "ab") as file:
            file.write(text.encode("utf-8", "replace"))
    except OSError:
        return


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
