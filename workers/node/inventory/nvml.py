"""Reads GPUs through NVML (pynvml). Each call may hang with the driver: callers use a thread of their own."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pynvml

from common.nodes import Gpu

_MIB = 1024 * 1024
# The runner puts this into the environment of everything it starts.
_OURS = b"SWIFT_TRAINER_ATTEMPT="


def has_gpus() -> bool:
    """Whether there is a driver with at least one GPU."""
    try:
        pynvml.nvmlInit()
        return int(pynvml.nvmlDeviceGetCount()) > 0
    except pynvml.NVMLError:
        return False


def read_gpus() -> tuple[Gpu, ...]:
    """Every GPU of this machine. Raises pynvml.NVMLError when the driver fails as a whole."""
    pynvml.nvmlInit()
    return tuple(_gpu(index) for index in range(pynvml.nvmlDeviceGetCount()))


def _gpu(index: int) -> Gpu:
    try:
        handle = pynvml.nvmlDeviceGetHandleByIndex(index)
        memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
        return Gpu(
            uuid=_text(pynvml.nvmlDeviceGetUUID(handle)),
            index=index,
            name=_text(pynvml.nvmlDeviceGetName(handle)),
            memory_total_mib=memory.total // _MIB,
            memory_used_mib=memory.used // _MIB,
            utilization_percent=_optional(lambda: pynvml.nvmlDeviceGetUtilizationRates(handle).gpu),
            temperature_celsius=_optional(lambda: pynvml.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU)),
            numa_node=_optional(lambda: pynvml.nvmlDeviceGetNumaNodeId(handle)),
            foreign_processes=_foreign_processes(handle),
        )
    except pynvml.NVMLError:
        # A GPU that fell off the bus still counts: it is there, and not to be used.
        return Gpu(uuid=f"lost-{index}", index=index, name="GPU is lost", healthy=False)


def _foreign_processes(handle: object) -> tuple[int, ...]:
    found: list[int] = []
    with suppress(pynvml.NVMLError):
        found = [process.pid for process in pynvml.nvmlDeviceGetComputeRunningProcesses(handle)]
    return tuple(sorted(pid for pid in found if not _is_ours(pid)))


def _is_ours(pid: int) -> bool:
    try:
        return _OURS in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False


def _optional(read: Callable[[], Any]) -> int | None:
    """What a GPU does not tell (MIG, vGPU, old drivers) is None."""
    try:
        return int(read())
    except (pynvml.NVMLError, AttributeError):
        return None


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
