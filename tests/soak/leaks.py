"""What is left when no job is open: leases, processes, temporary folders, control groups."""

import os
from collections.abc import Iterator

import psutil

from tests.real_stack import RealStack
from workers.attempts.folder import AttemptFolder
from workers.runner import cgroups


def leaks(stack: RealStack) -> list[str]:
    """One sentence for each."""
    return [*_leases(stack), *_processes(stack), *_of_attempts(stack)]


def _leases(stack: RealStack) -> Iterator[str]:
    for gpu in stack.get("/gpus")["gpus"]:
        if not gpu["available"]:
            yield f"GPU {gpu['id']} is {gpu['status']}"


def _processes(stack: RealStack) -> Iterator[str]:
    own = {process.pid for process in stack.processes.values()} | {stack.redis.pid, os.getpid()}
    for process in psutil.process_iter(["pid", "ppid", "cmdline", "status"]):
        told = " ".join(process.info["cmdline"] or ())
        is_attempts = "workers.runner" in told or "swift.cli" in told
        if str(stack.folder) in told and is_attempts and process.pid not in own:
            yield f"process {process.pid}: {told[:200]}"


def _of_attempts(stack: RealStack) -> Iterator[str]:
    for path in stack.folder.glob("nodes/*/attempts/*/*"):
        folder = AttemptFolder(path)
        if folder.temporary_dir.exists():
            yield f"temporary folder {folder.temporary_dir} of {folder.mark}, attempt {path.name}"
        for group in cgroups.known(cgroups.group_name(folder.mark, int(path.name))):
            yield f"control group {group.path}"
