"""Starts the service's processes, and ends them as the kernel, an upgrade or an operator does."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.eventually import PATIENCE_SECONDS
from tests.gunicorn_process import kill_gunicorn
from tests.real_stack.environment import as_text, quick_environment

COMMANDS = {
    "api": ["-m", "gunicorn", "api.app:create_app()", "-c", "python:api.gunicorn_hooks", "--no-control-socket"],
    "scheduler": ["-m", "scheduler.main"],
    "deployer": ["-m", "deploy.main"],
    "gateway": ["-m", "deploy.gateway"],
    "duties": ["-m", "scheduler.duties"],
    "worker": ["-m", "workers.main"],
}


class Processes:
    """Those that run in one folder. A process's name is its command's, with what follows a hyphen if there are more."""

    def __init__(self, folder: Path, port: int, **environment: object) -> None:
        self.folder = folder
        self.port = port
        self.environment = quick_environment(folder, **environment)
        # What only one of the processes is told, each time that it starts.
        self.own_environment: dict[str, dict[str, str]] = {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started: list[subprocess.Popen[bytes]] = []

    def log_file(self, name: str) -> Path:
        """Where a process, and each that takes its place, writes its log."""
        return self.folder / f"{name}.log"

    def start_process(self, name: str, **environment: object) -> subprocess.Popen[bytes]:
        argv = [sys.executable, *COMMANDS[name.partition("-")[0]]]
        if name == "api":
            argv += ["-b", f"127.0.0.1:{self.port}"]
        with self.log_file(name).open("ab") as log:
            process = subprocess.Popen(
                argv,
                env={**self.environment, **self.own_environment.get(name, {}), **as_text(environment)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self.processes[name] = process
        self._started.append(process)
        return process

    def add_node(self, number: int, **environment: object) -> str:
        """Start the worker of another node, with a disk of its own; returns the process's name.

        All that it shares with the first one is the stack's folder `shared`.
        """
        name, disk = f"worker-{number}", self.folder / f"disk-{number}"
        settings = {"NODE_NAME": f"node-{number}", "DATA_DIR": disk, "ALLOWED_ROOTS": self.folder / "shared"}
        self.own_environment[name] = as_text({**settings, **environment})
        self.start_process(name)
        return name

    def kill(self, name: str) -> None:
        """SIGKILL, as the kernel's out-of-memory killer does it; the API is dead when nobody listens any more."""
        if name == "api":
            kill_gunicorn(self.processes[name], self.port)
            return
        self.processes[name].kill()
        self.processes[name].wait(timeout=PATIENCE_SECONDS)

    def terminate(self, name: str) -> None:
        """SIGTERM, as an upgrade does it."""
        self.processes[name].terminate()
        self.processes[name].wait(timeout=PATIENCE_SECONDS)

    def replace(self, name: str, **environment: object) -> None:
        """SIGKILL, and at once another one in its place, with other settings if they are given."""
        self.kill(name)
        self.start_process(name, **environment)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """The process does nothing meanwhile: what it would do next cannot overtake the test."""
        process = psutil.Process(self.processes[name].pid)
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    def start_what_died(self) -> list[str]:
        """As a service manager does it; says what it was and its exit code."""
        died = [(name, process.returncode) for name, process in self.processes.items() if process.poll() is not None]
        for name, _ in died:
            self.start_process(name)
        return [f"{name} ended with {code}" for name, code in died]

    def end_processes(self) -> None:
        """All that were ever started, also those that others took the place of."""
        for process in self._started:
            process.send_signal(signal.SIGTERM)
        for process in self._started:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
