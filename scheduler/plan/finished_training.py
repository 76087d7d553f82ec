"""Which node a waiting job has to wait for, because the disk there has its finished training: that is never run again
where its result can be read.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from common.job_specs import OnNodeLost
from common.jobs import Job
from common.nodes import Node


def node_with_result(
    job: Job, nodes: Mapping[str, Node], lost: Collection[str], now: datetime, ttl_seconds: float
) -> str:
    """The node's name; empty when the job may run anywhere.

    That is so when nothing of it is finished, when its node is not registered any more, is among the `lost` instances
    or has another disk by now, and under `on_node_lost: requeue` while that node is silent. A node that shares the
    disk finds the result nonetheless.
    """
    node = nodes.get(job.trained_node) if job.trained_node else None
    if node is None or node.instance != job.trained_instance or node.instance in lost:
        return ""
    is_silent = node.silent_seconds(now) >= ttl_seconds
    return "" if is_silent and job.spec.on_node_lost is OnNodeLost.REQUEUE else node.name
