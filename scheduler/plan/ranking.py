"""The order in which waiting workloads are served."""

from collections.abc import Iterable

from scheduler.plan.workloads import Workload


def rank(waiting: Iterable[Workload]) -> list[Workload]:
    """Priority 10 first, then the order of submission, then the id."""
    return sorted(waiting, key=_rank_key)


def _rank_key(workload: Workload) -> tuple[int, int, str]:
    return (-workload.priority, workload.sequence, workload.id)
