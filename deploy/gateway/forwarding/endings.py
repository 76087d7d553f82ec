"""The ending of an event stream: whether an answer that is over is whole, as OpenAI's clients expect it at that path.

Only the end of a stream is looked at, once: what passes by before is not parsed.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from deploy.gateway.forwarding.usage import TAIL_BYTES, AnswerTail

Ending = Callable[[AnswerTail], bool]

_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_LINE_END = re.compile(rb"\r\n|\n|\r")
# A comment begins with a colon; servers send them to keep a connection alive.
_FIELD = re.compile(rb"(?:data|event|id|retry|):")
DONE = b"[DONE]"
_END_OF_DONE = b"\n\ndata: [DONE]\n\n"
_LAST_OF_RESPONSES = frozenset({"response.completed", "response.failed", "response.incomplete", "error"})


def object_in(data: bytes) -> dict[str, Any]:
    """The JSON object that it is; an empty one where it is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def ending_of(path: str) -> Ending | None:
    """How a stream of that path has to end; None where nobody knows."""
    return _ENDINGS.get(path)


def first_data(stream: bytes) -> bytes | None:
    """The data of the first event that has any; None as long as that has not come whole."""
    begin = 0
    for blank in _BLANK_LINE.finditer(stream):
        if data := _data_of(stream[begin : blank.start()]):
            return data
        begin = blank.end()
    return None


def is_of_fields(stream: bytes) -> bool:
    """Whether all of it could be events, comments among them."""
    return all(_FIELD.match(line) for line in _LINE_END.split(stream) if line)


def before_another_event(tail: AnswerTail) -> bytes | None:
    """What ends an event that was left open, so that one more can follow; None within a line.

    A blank line behind a name alone would be an event without data, which clients try to read as JSON.
    """
    text = tail.text()
    *ended, last = _BLANK_LINE.split(text)
    if not last:
        return b""
    if not last.endswith((b"\n", b"\r")):
        return None
    is_begin_lost = not ended and len(text) >= TAIL_BYTES
    if not is_begin_lost and not _data_of(last):
        return b""
    return b"\n\n" if last.endswith(b"\r") else b"\n"  # the first one may be the second half of \r\n


def is_end_of_json(tail: AnswerTail) -> bool:
    """Whether it could be that of an object: one that was cut off seldom is."""
    return tail.text().rstrip().endswith(b"}")


def _is_done_or_failed(tail: AnswerTail) -> bool:
    text = tail.text()
    if text.endswith(_END_OF_DONE):  # nearly always
        return True
    data = _last_data(text)
    return data == DONE or bool(object_in(data).get("error"))


def _is_response_over(tail: AnswerTail) -> bool:
    """The last event of a response repeats all of it. One whose begin is not kept any more is taken for the last."""
    text = tail.text()
    data = _last_data(text)
    if not data and len(text) >= TAIL_BYTES:
        return True
    last = object_in(data)
    return last.get("type") in _LAST_OF_RESPONSES or bool(last.get("error"))


_ENDINGS: dict[str, Ending] = {
    "/v1/chat/completions": _is_done_or_failed,
    "/v1/completions": _is_done_or_failed,
    "/v1/responses": _is_response_over,
}


def _last_data(text: bytes) -> bytes:
    """The data of the last event that has any."""
    for event in reversed(_BLANK_LINE.split(text)):
        if data := _data_of(event):
            return data
    return b""


def _data_of(event: bytes) -> bytes:
    lines = [line for line in _LINE_END.split(event) if line.startswith(b"data:")]
    return b"\n".join(line.removeprefix(b"data:").removeprefix(b" ") for line in lines).strip()
