"""The GPUs of all nodes, and who uses them."""

from typing import cast

from swift_trainer.sdk.shapes import GpuInfo
from swift_trainer.sdk.transport import Transport

GpuList = list[GpuInfo]  # inside Gpus, `list` is the method


class Gpus:
    """`SwiftTrainer.gpus`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> GpuList:
        """Every GPU, or CPU slot that stands in for one."""
        return cast("GpuList", self._transport.request("GET", "/training/gpus")["gpus"])
