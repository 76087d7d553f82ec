"""The ending of an event stream: whether an answer that is over is whole, as OpenAI's clients expect it at that path.

Only the end of a stream is looked at, once: what passes by before is not parsed.
"""

import json
import re
from collections.abc import Callable

from deploy.gateway.forwarding.usage import TAIL_BYTES, AnswerTail

Ending = Callable[[AnswerTail], bool]

_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_LINE_END = re.compile(rb"\r\n|\n|\r")
# Comments begin with a colon; servers send them to keep a connection alive.
_NO_COMMENT = re.compile(rb"(?:\A|[\r\n])[^:\s]")
_DONE = b"\n\ndata: [DONE]\n\n"
_LAST_OF_RESPONSES = frozenset({"response.completed", "response.failed", "response.incomplete", "error"})


def ending_of(path: str) -> Ending | None:
    """How a stream of that path has to end; None where nobody knows."""
    return _ENDINGS.get(path)


def has_begun(stream: bytes) -> bool:
    """Whether there is more in it than comments and blank lines."""
    return _NO_COMMENT.search(stream) is not None


def _is_done_or_failed(tail: AnswerTail) -> bool:
    text = tail.text()
    if text.endswith(_DONE):  # nearly always
        return True
    data = _last_data(text)
    return data == b"[DONE]" or bool(_object(data).get("error"))


def _is_response_over(tail: AnswerTail) -> bool:
    """The last event of a response repeats all of it. One whose begin is not kept any more is taken for the last."""
    text = tail.text()
    data = _last_data(text)
    if not data and len(text) >= TAIL_BYTES:
        return True
    last = _object(data)
    return last.get("type") in _LAST_OF_RESPONSES or bool(last.get("error"))


_ENDINGS: dict[str, Ending] = {
    "/v1/chat/completions": _is_done_or_failed,
    "/v1/completions": _is_done_or_failed,
    "/v1/responses": _is_response_over,
}


def _last_data(text: bytes) -> bytes:
    """The data of the last event that has any."""
    for event in reversed(_BLANK_LINE.split(text)):
        lines = [line for line in _LINE_END.split(event) if line.startswith(b"data:")]
        if lines:
            return b"\n".join(line.removeprefix(b"data:").removeprefix(b" ") for line in lines).strip()
    return b""


def _object(data: bytes) -> dict[str, object]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
