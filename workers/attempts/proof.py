"""Proof of death: nothing is given back, and nothing is started in its place, before an attempt's tree is gone."""

from contextlib import suppress

import structlog

from common.reasons import Reason
from workers.attempts import settle
from workers.attempts.ends import Detached, Estranged, Unwanted
from workers.attempts.folder import AttemptFolder, folder_of
from workers.node.local import LocalNode
from workers.runner import cgroups
from workers.runner_control import kill_tree, read_runner, request_stop, strays_below

log = structlog.get_logger()

KILL_TIMEOUT_SECONDS = 30.0

STATE_REMOVED = "its state on the node's disk was removed while it ran"


def end_processes(folder: AttemptFolder, attempt: int) -> bool:
    """End all that is alive of an attempt; False when that could not be proved, which is said."""
    for phase_dir in folder.phase_dirs():
        if read_runner(phase_dir) is not None:
            request_stop(phase_dir, "unwanted", 0)
    return kill_all(folder, attempt)


def kill_all(folder: AttemptFolder, attempt: int) -> bool:
    """KILL all that is alive of an attempt; False when that could not be proved, which is said."""
    ended = kill_tree(folder.mark, attempt, KILL_TIMEOUT_SECONDS, folder.phase_dirs())
    if not ended:
        log.error("processes_refuse_to_die", mark=folder.mark, attempt=attempt)
    return ended


def prove_end(node: LocalNode, folder: AttemptFolder, attempt: int) -> None:
    """KILL all that is alive of an attempt, and come back only when nothing is. Raises Detached."""
    while not kill_all(folder, attempt):
        if node.detach.is_set():
            raise Detached


def end_strays(node: LocalNode) -> None:
    """End what runs for attempts of which this node's disk knows nothing: their state was removed beneath them.

    Where all of the node's state is gone, its disk has another name by now and nobody follows what was placed on the
    old one; but what is found running on this very folder shows that it was here.
    """
    cgroups.remove_stale()
    for phase_dir in strays_below(node.folder / "attempts"):
        folder = AttemptFolder(phase_dir.parent)
        if not folder.record() and phase_dir.parent.name.isdigit():
            attempt = int(folder.path.name)
            log.warning("attempt_without_state", mark=folder.mark, attempt=attempt)
            if end_processes(folder, attempt):
                _settle_without_disk(node, folder, attempt)


def _settle_without_disk(node: LocalNode, folder: AttemptFolder, attempt: int) -> None:
    for job in node.store.jobs.placed():
        was_here = job.place_on(node.name) is not None and node.place_of(job) is None
        is_it = was_here and job.attempt == attempt
        if is_it and folder_of(node.folder, job, attempt).mark == folder.mark:
            with suppress(Unwanted, Estranged):
                settle.fail(node, job, attempt, Reason.RUNNER_LOST, STATE_REMOVED)
