"""A frame of server-sent events: one message of an event stream, and how it is written."""

import json
from dataclasses import dataclass
from typing import Any

RETRY_MILLISECONDS = 2000
# Beyond what JSON escapes: many clients cut their input into lines at these, too.
_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@dataclass(frozen=True, slots=True)
class Frame:
    """A message; `id` is where a client that has it goes on (Last-Event-ID)."""

    id: str
    event: str
    data: dict[str, Any]


def encode(frame: Frame) -> bytes:
    """The frame on the wire. The data is JSON on one line, because a log's carriage returns would end a line."""
    text = json.dumps(frame.data, ensure_ascii=False, separators=(",", ":"))
    text = text.translate(_LINE_ENDS)
    named = f"id: {frame.id}\n" if frame.id else ""
    return f"{named}event: {frame.event}\ndata: {text}\n\n".encode()


def comment(text: str) -> bytes:
    """A line that clients skip."""
    return f": {text}\n\n".encode()


def opening() -> bytes:
    """What each stream begins with: how soon to come back after a cut."""
    return f"retry: {RETRY_MILLISECONDS}\n\n".encode()
