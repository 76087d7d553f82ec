"""Signals to stop: Ctrl-C, TERM and a closed terminal as one wish that a loop can ask for."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stop_signals() -> Iterator[Callable[[], bool]]:
    """Yields whether somebody asked to stop. A second signal acts as if uncaught: the way out of a stop that hangs."""
    asked = False
    # One that is ignored stays ignored: nohup means it.
    before = {number: handler for number in SIGNALS if (handler := signal.getsignal(number)) != signal.SIG_IGN}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        restore()

    for number in before:
        signal.signal(number, note)
    try:
        yield lambda: asked
    finally:
        restore()
