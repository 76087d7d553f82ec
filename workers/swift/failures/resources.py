"""Failures of memory and of disks.

By the type of an exception, never by text alone: messages of others quote what the user's data says.
"""

import re
from dataclasses import replace

from common.reasons import Reason
from workers.swift.failures.classes import FailureClass

_OF_TORCH = re.compile(r"(^|\.)(RuntimeError|AcceleratorError|DistBackendError)$")
_OF_THE_SYSTEM = re.compile(r"(^|\.)(OSError|IOError|SafetensorError|RuntimeError|ArrowException)$")
_GPU = "{}; lower batch_size or max_length, use more or larger GPUs, or a deepspeed preset"
_HOST = "{}; lower dataset_num_proc, dataloader_num_workers or batch_size, or give the node more memory"
_DISK = "a disk of the node is full: make room there or choose another output_dir"
_QUOTA = "the quota of a disk of the node is used up: make room there or choose another output_dir"

MEMORY = (
    FailureClass(Reason.OUT_OF_MEMORY, _GPU, ("said",), kind=re.compile(r"(^|\.)OutOfMemoryError$")),
    FailureClass(
        Reason.OUT_OF_MEMORY,
        _GPU,
        ("said",),
        kind=_OF_TORCH,
        message=re.compile(
            r"^(CUDA|HIP|NPU|XPU|MPS)[\w ]* out of memory|^(CUDA|HIP) error: out of memory"
            r"|^(CUDA error|cuBLAS error|cuDNN error): \w+_STATUS_ALLOC_FAILED"
            r"|^NCCL error[^\n]*\n(.*\n)*.*out of memory"
        ),
    ),
    FailureClass(
        Reason.OUT_OF_MEMORY, _HOST, ("said",), kind=re.compile(r"(^|\.)_?(Array|Arrow)?MemoryError$|std\.bad_alloc$")
    ),
    FailureClass(
        Reason.OUT_OF_MEMORY,
        _HOST,
        ("said",),
        kind=_OF_THE_SYSTEM,
        message=re.compile(
            r"^\[enforce fail at alloc_cpu|DefaultCPUAllocator: (can't|not enough) |^\[Errno 12\]|\(os error 12\)"
        ),
    ),
)

DISK = (
    FailureClass(
        Reason.DISK_FULL,
        _DISK,
        kind=_OF_THE_SYSTEM,
        message=re.compile(r"^\[Errno 28\]|\(os error 28\)$|Os \{ code: 28\b|Detail: \[errno 28\]"),
    ),
    FailureClass(
        Reason.DISK_FULL,
        _QUOTA,
        kind=_OF_THE_SYSTEM,
        message=re.compile(r"^\[Errno 122\]|\(os error 122\)$|Os \{ code: 122\b|Detail: \[errno 122\]"),
    ),
    # torch.save does not tell why it could not write; hardly ever for another reason.
    FailureClass(
        Reason.DISK_FULL,
        "a file could not be written to its end, as when a disk of the node is full: make room there or choose another"
        " output_dir",
        kind=re.compile(r"^RuntimeError$"),
        message=re.compile(
            r"^\[enforce fail at inline_container\.cc:\d+\][ .]*(unexpected pos|PytorchStreamWriter)"
            r"|^PytorchStreamWriter failed writing|^basic_ios::clear: iostream error$"
        ),
    ),
)

RESOURCES = MEMORY + DISK
# Servers have none of the options that trainings have.
MEMORY_OF_SERVERS = tuple(replace(known, says="{}") for known in MEMORY)
