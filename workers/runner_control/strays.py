"""Runners that are found by what they were started with: their files may be gone."""

from pathlib import Path

from workers.runner import process_table
from workers.runner.process_table import PROC


def strays_below(folder: Path) -> list[Path]:
    """The phase folders, there or not, below this one that a living runner was started on."""
    started = (_phase_dir(pid) for pid in process_table.snapshot())
    return sorted({path for path in started if path is not None and path.is_relative_to(folder.resolve())})


def _phase_dir(pid: int) -> Path | None:
    try:
        argv = (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    if b"workers.runner" not in argv[1:-2]:
        return None
    return Path(argv[-2].decode(errors="surrogateescape"))
