"""Cuts a run of log bytes into frames of whole characters."""

from collections.abc import Iterator

from api.live.frames import Frame
from common.store.logs import LogRun

FRAME_BYTES = 64 * 1024
_LONGEST_CHARACTER = 4


def log_frames(attempt: int, run: LogRun, *, is_over: bool) -> list[Frame]:
    """The frames of a run, after one that names what was skipped.

    Half a character at the end waits for its other half, unless nothing more comes: the log is over or a gap follows.
    """
    frames = [] if run.skipped_from is None else [_gap(attempt, run.skipped_from, run.start)]
    data = run.data if is_over or run.stop < run.end else whole_characters(run.data)
    offset = run.start
    for part in _parts(data):
        text = part.decode("utf-8", "replace")
        shown = {"attempt": attempt, "offset": offset, "next_offset": offset + len(part), "text": text}
        offset += len(part)
        frames.append(Frame(f"{attempt}:{offset}", "log", shown))
    return frames


def whole_characters(data: bytes) -> bytes:
    """The data without the beginning of an unfinished UTF-8 character at its end."""
    for back in range(1, min(_LONGEST_CHARACTER, len(data) + 1)):
        byte = data[-back]
        if byte & 0b1100_0000 == 0b1000_0000:
            continue  # inside a character
        return data[:-back] if _length(byte) > back else data
    return data


def _length(first_byte: int) -> int:
    """How many bytes the character has that begins so; 1 for what begins none."""
    if first_byte < 0xC2 or first_byte > 0xF4:
        return 1
    return 2 if first_byte < 0xE0 else 3 if first_byte < 0xF0 else 4


def _gap(attempt: int, start: int, stop: int) -> Frame:
    return Frame(f"{attempt}:{stop}", "gap", {"attempt": attempt, "truncated_from": start, "truncated_to": stop})


def _parts(data: bytes) -> Iterator[bytes]:
    while data:
        part = data if len(data) <= FRAME_BYTES else whole_characters(data[:FRAME_BYTES])
        yield part
        data = data[len(part) :]
