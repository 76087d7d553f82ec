"""The predicates of fit: which GPUs suit a demand, which are free, which of them to take. Planner and explain share
them.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from common.swift.packages import Alternatives
from scheduler.plan.workloads import ANY_PORT, Demand, GpuView, PlannerLimits

MIB_PER_GIB = 1024


def suits(demand: Demand, model: str, memory_total_mib: int) -> bool:
    """Whether a GPU of this model and size is what the demand asks for."""
    return memory_total_mib >= demand.min_memory_mib and model_matches(demand.gpu_model, model)


def has_port(ports: tuple[int, int], taken: Collection[int], port: int) -> bool:
    """Whether a node with these ports has that one to lease, or with ANY_PORT any of its own; NO_PORT it always has."""
    if port == ANY_PORT:
        first, last = ports
        return sum(first <= number <= last for number in taken) < last - first + 1
    return port not in taken


def has_packages(packages: Collection[str], wanted: Collection[Alternatives]) -> bool:
    """Whether a node with these has one of each; one that has not said which it has is believed to."""
    return not packages or all(any(name in packages for name in names) for names in wanted)


@lru_cache(maxsize=4096)
def model_matches(wanted: str, model: str) -> bool:
    """Whether every word of `wanted` is a word of `model`: "A100" is an "NVIDIA A100-SXM4-80GB", "A10" is not."""
    return _words(wanted) <= _words(model)


def is_strangers(gpu: GpuView, limits: PlannerLimits) -> bool:
    """Whether somebody outside this service uses an unleased GPU: a process of theirs, or memory beyond the limits."""
    if gpu.foreign:
        return True
    if gpu.memory_total_mib <= 0:  # a CPU slot
        return False
    used_percent = 100 * gpu.memory_used_mib / gpu.memory_total_mib
    free_gib = (gpu.memory_total_mib - gpu.memory_used_mib) / MIB_PER_GIB
    return used_percent > limits.gpu_memory_threshold_percent or free_gib < limits.gpu_memory_free_threshold_gb


def closest(gpus: Collection[GpuView], count: int) -> tuple[GpuView, ...]:
    """The `count` GPUs that belong together best: few NUMA nodes, the fullest first; adjacent; little memory used."""
    if count >= len(gpus):
        return tuple(sorted(gpus, key=_by_index))
    ordered = sorted(gpus, key=_by_numa_and_index)
    per_numa = Counter(_numa(gpu) for gpu in ordered)
    windows = [ordered[first : first + count] for first in range(len(ordered) - count + 1)]
    best = min(windows, key=lambda window: _spread(window, per_numa))
    return tuple(sorted(best, key=_by_index))


def _spread(window: Sequence[GpuView], per_numa: Mapping[int, int]) -> tuple[int, int, int, int, int, str]:
    """How badly a window of the GPUs in order of NUMA node and index belongs together."""
    numa_nodes = {_numa(gpu) for gpu in window}
    indexes = [gpu.index for gpu in window]
    return (
        len(numa_nodes),
        sum(per_numa[numa] for numa in numa_nodes) - len(window),
        max(indexes) - min(indexes),
        sum(gpu.memory_used_mib for gpu in window),
        indexes[0],
        window[0].uuid,
    )


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", name.lower()))


def _numa(gpu: GpuView) -> int:
    return -1 if gpu.numa_node is None else gpu.numa_node


def _by_index(gpu: GpuView) -> tuple[int, str]:
    return (gpu.index, gpu.uuid)


def _by_numa_and_index(gpu: GpuView) -> tuple[int, int, str]:
    return (_numa(gpu), gpu.index, gpu.uuid)
