"""A tether, which ties a process to its parent: the kernel signals it when the parent dies, even by SIGKILL.

Runs as a script too (`tether.py SIGNAL PARENT_PID COMMAND...`), which then becomes COMMAND: the tie survives an exec,
and no code runs between fork and exec in a parent that may have threads. Standard library only, so it starts in 15 ms.
"""

import ctypes
import os
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1


def tethered(argv: list[str], *, parent_death_signal: signal.Signals) -> list[str]:
    """The command that starts `argv` tied to this process. Call and fork in the main thread only.

    Linux sends the signal when the *thread* that forked ends, so a child of a short-lived thread would die with it.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start tied processes from the main thread: the tie ends with the thread that forked")
    return [sys.executable, "-I", "-S", __file__, str(int(parent_death_signal)), str(os.getpid()), *argv]


def tie(signal_number: int) -> None:
    """Ask the kernel to send this process the signal when its parent dies; does nothing where that is not Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


def main() -> None:
    signal_number, parent_pid, *command = sys.argv[1:]
    tie(int(signal_number))
    # The parent may have died before the tie was made: then nobody would ever signal us.
    if os.getppid() != int(parent_pid):
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main()
