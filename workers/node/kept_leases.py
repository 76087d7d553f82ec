"""Kept leases: frees what jobs still hold on this node that were ended by force, after proof that nothing of them is
alive.
"""

from collections.abc import Collection

import structlog

from common.leases import KeptLeases
from workers.attempts.folder import AttemptFolder, task_folder
from workers.attempts.proof import end_processes
from workers.node.local import LocalNode

log = structlog.get_logger()


def release_kept(node: LocalNode, followed: Collection[tuple[str, int]]) -> None:
    """End what is kept here, except attempts whose followers are at it themselves, and free its leases."""
    for kept in node.store.nodes.kept():
        is_ours = kept.node == node.name and node.is_for_us(kept.instance)
        if is_ours and (kept.job_id, kept.attempt) not in followed:
            _release(node, kept)


def _release(node: LocalNode, kept: KeptLeases) -> None:
    # By its mark: the folder may be gone.
    folder = AttemptFolder(task_folder(node.folder, kept.job_id, kept.task_id) / str(kept.attempt))
    if not end_processes(folder, kept.attempt):
        return
    folder.mark_ended()
    node.store.nodes.release([kept])
    log.info("kept_leases_released", job_id=kept.job_id, attempt=kept.attempt, gpu_ids=list(kept.gpu_ids))
