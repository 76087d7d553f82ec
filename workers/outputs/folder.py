"""The folder below a job's `output_dir` that one attempt writes to, claimed once and marked as its own."""

from collections.abc import Callable
from pathlib import Path

from common.reasons import Reason
from workers.attempts.attempt import Attempt
from workers.attempts.folder import claim_output
from workers.attempts.launch import LaunchRefused, output_root
from workers.attempts.phase import room_for
from workers.outputs.marker import mark_output


def claimed_output(attempt: Attempt, find_root: Callable[[], Path] | None = None) -> Path:
    """The attempt's own folder; a new one below the root unless an earlier worker claimed it.

    Raises LaunchRefused, or InfrastructureFailed when the disk is full.
    """
    if known := attempt.folder.output:
        return known
    root = find_root() if find_root else output_root(attempt.node, attempt.job.spec)
    try:
        with room_for(attempt.node):
            output = claim_output(root, attempt.number)
            mark_output(output, attempt.job, attempt.number, attempt.node.name)
    except OSError as exc:
        raise LaunchRefused(Reason.OUTPUT_NOT_WRITABLE, f"output_dir {root}: {exc.strerror}") from exc
    attempt.folder.note(output=str(output))
    return output
