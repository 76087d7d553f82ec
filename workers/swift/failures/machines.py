"""Failures of what a node has: packages, GPUs, what its processes talk through."""

import re

from common.reasons import Reason
from workers.swift.failures.classes import FailureClass

_OF_TORCH = re.compile(r"(^|\.)(RuntimeError|AcceleratorError|DistBackendError|DistNetworkError|DistStoreError)$")

_PACKAGE = "the node lacks the package {}: install it beside ms-swift, or leave out what asks for it"
# Without these ms-swift does not begin: who asks for one asks for another release of it.
_ITS_OWN = r"(transformers|torch|datasets|peft|accelerate|ms-swift)\b"
_INSTALL = re.compile(r"[`'\" ]pip install [`'\"]?").pattern
_UPGRADE = re.compile(r"(-U |--upgrade )*[`'\"]?").pattern

PACKAGES = (
    FailureClass(
        Reason.PACKAGE_MISSING,
        _PACKAGE,
        ("package",),
        kind=re.compile(r"^ModuleNotFoundError$"),
        message=re.compile(r"^No module named '(?P<package>[^'.]+)"),
    ),
    FailureClass(
        Reason.PACKAGE_MISSING,
        _PACKAGE,
        ("package",),
        kind=re.compile(r"(^|\.)PackageNotFoundError$"),
        message=re.compile(r"No package metadata was found for (The ')?(?P<package>[\w-]+)"),
    ),
    FailureClass(
        Reason.PACKAGE_MISSING,
        _PACKAGE,
        ("package",),
        kind=re.compile(r"^ImportError$"),
        message=re.compile(rf"{_INSTALL}(?P<package>(?!git\+|{_ITS_OWN})[A-Za-z][\w.-]*\w)"),
    ),
    FailureClass(
        Reason.PACKAGE_MISSING,
        _PACKAGE,
        ("package",),
        kind=re.compile(r"^(AssertionError|RuntimeError|ValueError|NotImplementedError)$"),
        # Others tell how to install what may help.
        message=re.compile(
            r"\b(install|installed|requires?|required|needs?|missing)\b[^\n]*"
            rf"{_INSTALL}(?P<package>(?!git\+|{_ITS_OWN})[A-Za-z][\w.-]*\w)"
        ),
    ),
    FailureClass(
        Reason.PACKAGE_MISSING,
        "the node lacks the package {}, or has another release of it than this needs: install or upgrade it beside"
        " ms-swift",
        ("package",),
        kind=re.compile(r"^(ImportError|AssertionError|RuntimeError|ValueError)$"),
        message=re.compile(
            rf"\b([Ii]nstall|requires?|required|needs?|[Uu]pdate|[Uu]pgrade)\b[^\n]*{_INSTALL}{_UPGRADE}"
            r"(?P<package>(?!git\+)[A-Za-z][\w.-]*\w)"
        ),
    ),
    FailureClass(
        Reason.PACKAGE_MISSING,
        _PACKAGE,
        ("package",),
        kind=re.compile(r"^ImportError$"),
        message=re.compile(r"\b(?P<package>\w+) is (required but )?not (installed|available)"),
    ),
    FailureClass(
        Reason.PACKAGE_MISSING,
        "flash attention is not installed on the node, or not for its PyTorch: install it, or set another attn_impl",
        kind=re.compile(r"^ImportError$"),
        message=re.compile(r"^FlashAttention\d? has been toggled on|flash_attn|undefined symbol"),
    ),
)

DEVICES = (
    FailureClass(
        Reason.EXIT_NONZERO,
        "a token or a label lies beyond what the model has: look whether tokenizer and model belong together, and at"
        " num_labels",
        kind=_OF_TORCH,
        message=re.compile(r"device-side assert triggered"),
    ),
    FailureClass(
        Reason.NODE_UNFIT,
        "the node's PyTorch does not fit its GPU: install a build that names its architecture",
        kind=_OF_TORCH,
        message=re.compile(r"no kernel image is available"),
    ),
    FailureClass(
        Reason.NODE_UNFIT,
        "the node's NVIDIA driver is too old for its PyTorch: upgrade the driver, or install an older PyTorch",
        kind=_OF_TORCH,
        message=re.compile(
            r"NVIDIA driver on your system is too old|driver version is insufficient|forward compatibility"
        ),
    ),
    FailureClass(
        Reason.GPU_FAILED,
        "a GPU of the node failed: look at the kernel's log there for Xid, and drain the node meanwhile",
        kind=_OF_TORCH,
        message=re.compile(
            r"CUDA error: (uncorrectable|unspecified launch failure|an illegal instruction|hardware stack"
            r"|all CUDA-capable devices are busy|CUDA-capable device\(s\) is/are busy|device kernel image is invalid"
            r"|unknown error|initialization error)|GPU is lost|Unable to determine the device handle"
        ),
    ),
    FailureClass(
        Reason.NODE_UNFIT,
        "the node's shared memory is too small: give its container a larger /dev/shm, or set dataloader_num_workers 0",
        message=re.compile(
            r"shared memory segment /dev/shm|unable to (open|write|mmap).*(shared memory|/torch_)"
            r"|Bus error.*shared memory"
            r"|insufficient shared memory"
        ),
        kind=re.compile(r"(^|\.)(RuntimeError|OSError|DistBackendError)$"),
    ),
    FailureClass(
        Reason.EXIT_NONZERO,
        "a process that prepared data was killed, most often for the host's memory: lower dataloader_num_workers or"
        " dataset_num_proc",
        kind=re.compile(r"^RuntimeError$|(^|\.)BrokenProcessPool$"),
        message=re.compile(
            r"^DataLoader worker \(pid.*(killed by signal|exited unexpectedly)"
            r"|^One of the subprocesses has abruptly died"
        ),
    ),
    FailureClass(
        Reason.NODE_UNFIT,
        "deepspeed wants to compile a part of itself and finds no CUDA toolkit of PyTorch's version: install it on the"
        " node and set CUDA_HOME, or use a preset without offloading",
        kind=re.compile(
            r"(^|\.)(MissingCUDAException|CUDAMismatchException|AssertionError|RuntimeError|Exception|OSError)$"
        ),
        message=re.compile(
            r"CUDA_HOME (does not exist|environment variable is not set)|^Error building extension '"
            r"|unable to compile (CUDA|cuda/cpp)"
        ),
    ),
)

# Another rank's end is the cause: its own word goes before these.
OF_A_PEER = (
    FailureClass(
        Reason.RANKS_DISCONNECTED,
        "its processes waited for each other in vain: look at the logs of all ranks, and raise ddp_timeout where one"
        " has more to prepare",
        message=re.compile(
            r"Watchdog caught collective operation timeout|(wait|Wait) timeout|timed out (initializing|after)"
            r"|Timed out waiting|Timeout waiting for key"
        ),
        kind=re.compile(r"(^|\.)(RuntimeError|Dist\w+Error)$"),
    ),
    FailureClass(
        Reason.RANKS_DISCONNECTED,
        "the port of its processes was taken by another program in the same moment: submit it again",
        kind=re.compile(r"(^|\.)(RuntimeError|Dist\w+Error)$"),
        message=re.compile(r"EADDRINUSE|address already in use"),
    ),
    FailureClass(
        Reason.RANKS_DISCONNECTED,
        "its processes lost each other: look at the network between the GPUs or nodes, and at the logs of all ranks;"
        " NCCL_DEBUG=INFO in the node's environment tells more",
        kind=re.compile(r"(^|\.)(RuntimeError|Dist\w+Error)$"),
        message=re.compile(
            r"NCCL error|NCCL communicator was aborted|ncclSystemError|ncclRemoteError|ncclInternalError"
            r"|Connection (closed|reset) by peer|gloo/transport|failed to recv|Broken pipe"
        ),
    ),
)

MACHINES = PACKAGES + DEVICES
