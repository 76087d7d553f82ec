"""Keeps the chain of exceptions that ended a training: its log has it as text among other text, some of which is the
user's own data.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from . import facts
from .orders import Orders

CHAIN_MAX = 20
FRAMES_MAX = 60
TEXT_MAX_CHARACTERS = 16 * 1024
# What a frame of a library knows and its exception does not tell: what it was reading.
TELLING = ("file", "dataset_path", "dataset_id")


def install(orders: Orders) -> None:
    """Write down what nobody caught; it is printed as before."""
    print_it = sys.excepthook

    def keep(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        with suppress(Exception):  # the worker reads the traceback in the log then
            rank = int(os.environ.get("RANK") or 0)
            facts.write(orders, file_name(rank), {"chain": chain_of(error), "rank": rank})
        print_it(kind, error, trace)

    sys.excepthook = keep


def file_name(rank: int) -> str:
    """Each rank has its own: the first to end may have died of another's end."""
    return f"failure-{rank}.json" if rank else facts.FAILURE


def chain_of(error: BaseException) -> list[dict[str, Any]]:
    """The exception and what it came of, the root last, as Python would print them."""
    return [_link(each) for _, each in zip(range(CHAIN_MAX), _down(error), strict=False)]


def _down(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _link(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
    return {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "message": _text_of(error),
        "frames": [[frame.filename, frame.lineno, frame.name] for frame in frames],
        "told": _told(error.__traceback__),
    }


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:TEXT_MAX_CHARACTERS]
    except Exception:  # some exceptions cannot say what they are
        return ""


def _told(trace: TracebackType | None) -> dict[str, str]:
    """What the frames were reading; the innermost is the most exact."""
    told: dict[str, str] = {}
    for frame, _ in traceback.walk_tb(trace):
        found = {name: frame.f_locals.get(name) for name in TELLING}
        told |= {name: value[:TEXT_MAX_CHARACTERS] for name, value in found.items() if isinstance(value, str)}
    if "file" in told:
        with suppress(OSError):  # tells whether a row's number within one look is its number within the file
            told["file_bytes"] = str(Path(told["file"]).stat().st_size)
    return told
