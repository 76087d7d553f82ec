"""Self-check: a node proves its interpreter, ms-swift, its disk and its clock before it offers anything, and again
every so often.

What it finds keeps the node from being ready; once that is repaired the node is ready without a restart.
"""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import structlog

from common.clock import now
from common.errors import ServiceError
from common.swift.packages import ASKED_PACKAGES
from workers.attempts.launch import swift_python
from workers.node.local import LocalNode
from workers.node.option_catalog import refresh_in_background
from workers.swift.installed import package_versions, swift_version

log = structlog.get_logger()

LOOK_SECONDS = 60.0
TROUBLED_LOOK_SECONDS = 5.0
CLOCK_OFF_SECONDS = 30.0
# An answer that took longer tells nothing of the clock.
CLOCK_ANSWER_SECONDS = 5.0
_PROBE = ".self-check"


class SelfCheck:
    """Looks in a thread of its own: neither an interpreter nor a disk that hangs holds up a heartbeat."""

    def __init__(self, node: LocalNode) -> None:
        self._node = node
        self._problems: tuple[str, ...] = ()
        self._thread = threading.Thread(target=self._run, name="self-check", daemon=True)

    def start(self) -> None:
        """Go on looking."""
        self._thread.start()

    def problems(self) -> tuple[str, ...]:
        """What the last look found."""
        return self._problems

    def look(self) -> None:
        found = tuple(self._look())
        if found != self._problems:
            log.warning("node_self_check", node=self._node.name, problems=list(found))
        self._problems = found

    def _run(self) -> None:
        while not self._node.detach.wait(TROUBLED_LOOK_SECONDS if self._problems else LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("self_check_failed")

    def _look(self) -> Iterator[str]:
        yield from self._interpreter()
        yield from self._disk()
        yield from self._clock()

    def _interpreter(self) -> Iterator[str]:
        python = Path(swift_python(self._node))
        if not python.exists():
            yield f"SWIFT_PYTHON {python} does not exist"
        elif not os.access(python, os.X_OK):
            yield f"SWIFT_PYTHON {python} cannot be executed"
        elif version := swift_version(str(python)):
            self._remember(str(python), version)
        else:
            yield f"SWIFT_PYTHON {python} has no ms-swift, or does not answer"

    def _remember(self, python: str, version: str) -> None:
        swift = self._node.swift
        swift.packages = package_versions(python, ASKED_PACKAGES)
        if swift.version != version:
            swift.version = version
            node = self._node
            refresh_in_background(python, version, node.folder, node.store.swift_options, node.detach)

    def _disk(self) -> Iterator[str]:
        probe = self._node.folder / _PROBE
        try:
            probe.write_bytes(b"x")
            probe.unlink()
        except OSError as exc:
            yield f"DATA_DIR {self._node.settings.data_dir} cannot be written: {exc.strerror}"

    def _clock(self) -> Iterator[str]:
        began = time.monotonic()
        try:
            theirs, ours = self._node.store.now(), now()
        except ServiceError:
            return
        seconds = (ours - theirs).total_seconds()
        if abs(seconds) > CLOCK_OFF_SECONDS and time.monotonic() - began < CLOCK_ANSWER_SECONDS:
            off = f"{abs(seconds):.0f} s"
            yield f"its clock is {off} ahead of that of Redis" if seconds > 0 else f"its clock is {off} behind Redis's"
