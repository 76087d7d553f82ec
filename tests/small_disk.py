"""A disk of a few megabytes that a test may fill, where this machine lets it mount one."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own at `folder`; skips where nobody may mount one, and fails there in CI."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        why = "a small disk can only be mounted by root"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Write until nothing fits any more, into a file `filler`."""
    with (folder / "filler").open("ab", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


@contextmanager
def kept_full(folder: Path) -> Iterator[None]:
    """Full, whatever room others give back meanwhile; there is room again afterwards."""
    fill(folder)
    done = threading.Event()

    def refill() -> None:
        while not done.wait(0.002):
            fill(folder)

    thread = threading.Thread(target=refill)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        (folder / "filler").unlink()
