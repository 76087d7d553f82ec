"""GPU_SLOTS: where a node's slots come from."""

import re
from collections.abc import Callable

import psutil

from common.nodes import Gpu
from workers.node.inventory.nvml import has_gpus, read_gpus

ReadGpus = Callable[[], tuple[Gpu, ...]]

_CPU = re.compile(r"^cpu:([1-9][0-9]{0,2})$")


class SlotsInvalid(ValueError):
    """GPU_SLOTS says something else than auto, nvml, none or cpu:N."""


def reader(slots: str) -> ReadGpus:
    """How to read this node's GPUs: `auto` takes NVML when there is a GPU, and one CPU slot when there is none."""
    if slots == "auto":
        slots = "nvml" if has_gpus() else "cpu:1"
    if slots == "nvml":
        return read_gpus
    if slots == "none":
        return tuple
    count = _CPU.fullmatch(slots)
    if count is None:
        raise SlotsInvalid(f"GPU_SLOTS={slots!r}: use auto, nvml, none or cpu:N")
    return lambda: cpu_slots(int(count.group(1)))


def cpu_slots(count: int) -> tuple[Gpu, ...]:
    """`count` slots on the CPU, so that everything runs on a laptop."""
    total = psutil.virtual_memory().total // (1024 * 1024)
    return tuple(
        Gpu(uuid=f"cpu-{index}", index=index, name="CPU slot", kind="cpu", memory_total_mib=total // count)
        for index in range(count)
    )
