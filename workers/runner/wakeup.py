"""Wake-ups by signals: sleeping until one comes, with handlers that only wake, and a pipe that keeps the signals that
came while awake.
"""

import os
import select
import signal
from types import FrameType


def listen() -> int:
    """Take TERM and CHLD as wake-ups, ignore HUP and INT; returns the pipe's end to wait on. Once per process."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, _wake)
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    return reader


def wait(reader: int, timeout_seconds: float) -> bytes:
    """The numbers of the signals that came since the last call, after at most this long."""
    select.select([reader], [], [], max(0.0, timeout_seconds))
    try:
        return os.read(reader, 4096)
    except BlockingIOError:
        return b""


def _wake(_number: int, _frame: FrameType | None) -> None:
    """A handler has to exist for the wake-up pipe to be written."""
