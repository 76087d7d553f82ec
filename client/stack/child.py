"""A child process of the stack: started tied to the supervisor, asked to end by TERM, its output in a log file."""

import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from client.stack.log_file import open_log
from client.stack.tether import tethered


class Child(Protocol):
    """What the supervisor needs of a process; the stack goes on without one that is not essential."""

    name: str
    essential: bool
    log_path: Path

    @property
    def pid(self) -> int | None: ...

    @property
    def exit_code(self) -> int | None: ...

    def launch(self) -> None: ...

    def is_up(self) -> bool: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Service:
    """How to run one process and to tell that it is ready."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    cwd: Path
    log_path: Path
    is_ready: Callable[[], bool]
    essential: bool = True
    stop_seconds: float = 20.0


class ServiceProcess:
    """A service and, while it runs, its process."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.name = service.name
        self.essential = service.essential
        self.log_path = service.log_path
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Its process id; None when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How it ended: below zero the signal; None while it runs."""
        return None if self._process is None else self._process.poll()

    def launch(self) -> None:
        """Start it, without waiting until it is ready. Main thread only (see tether)."""
        with open_log(self.log_path) as log:
            self._process = subprocess.Popen(
                # SIGKILL, not TERM: without its supervisor it also loses Redis, and an orderly end would wait for that.
                tethered(list(self.service.argv), parent_death_signal=signal.SIGKILL),
                env=dict(self.service.env),
                cwd=self.service.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C in the terminal is for the supervisor, which keeps the order
            )

    def is_up(self) -> bool:
        """Whether it runs and says that it is ready."""
        return self.pid is not None and self.service.is_ready()

    def stop(self) -> None:
        """TERM to this process alone, and wait: what it detached (the runners of jobs) goes on."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(self.service.stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
