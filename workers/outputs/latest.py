"""`<output_dir>/latest` names the folder of the last attempt that completed."""

import os
from pathlib import Path

import structlog

from workers.attempts.folder import AttemptFolder

log = structlog.get_logger()

LATEST = "latest"


def move_latest(folder: AttemptFolder) -> None:
    """Let it name this attempt's folder, whose job completes with it; atomic, and done again where it was cut off.

    The job is done with or without it, so what the disk refuses is only told.
    """
    output = folder.output
    if not output:
        return
    try:
        _point(output)
    except OSError as exc:
        log.warning("latest_not_moved", output=str(output), error=exc.strerror)


def _point(output: Path) -> None:
    fresh = output.parent / f".{LATEST}-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(output.name, target_is_directory=True)
    fresh.replace(output.parent / LATEST)
