"""The judgement of an answer that its server calls a success: whether it is what was asked for, before a client gets
any of it.

An answer of common size is read as a whole. Of what is larger the begin is looked at here, the end where it passes by:
reading megabytes of vectors would hold up all other streams.
"""

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec

from deploy.gateway.endpoints import ENDPOINTS, STREAMED
from deploy.gateway.errors import Refusal, replica_garbled, replica_said_nothing, stream_cut_short
from deploy.gateway.forwarding.endings import DONE, first_data, is_of_fields
from deploy.gateway.forwarding.faults import READ_BYTES, refusal_in_success
from deploy.gateway.forwarding.headers import Headers, without_content

EVENT_STREAM = "text/event-stream"
JSON = "application/json"
PAGES = frozenset({"text/html", "application/xhtml+xml"})
WITHOUT_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT})
_LARGE_ERROR = re.compile(rb'\s*\{\s*"(?:error"\s*:\s*[{"]|object"\s*:\s*"error")')


class _Answer(msgspec.Struct):
    """What tells an error from an answer; all else in it is checked to be JSON, and left unread."""

    error: Any = None
    object: Any = None
    type: Any = None
    detail: Any = None
    message: Any = None
    choices: msgspec.Raw = msgspec.Raw()
    data: msgspec.Raw = msgspec.Raw()
    output: msgspec.Raw = msgspec.Raw()
    results: msgspec.Raw = msgspec.Raw()

    def has_list(self, name: str) -> bool:
        """Whether there is one of that name."""
        return bytes(getattr(self, name)).startswith(b"[")


_decoder = msgspec.json.Decoder(_Answer)


@dataclass(frozen=True, slots=True)
class Judge:
    """Knows what was asked for; `streams` is None where only the server knows whether that is a stream.

    Each of its verdicts raises a Refusal when the answer is something else.
    """

    path: str
    model: str
    streams: bool | None

    def head(self, answer: aiohttp.ClientResponse) -> None:
        """Before anything of the body is read: after some of these nothing ever comes."""
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES or answer.status in WITHOUT_BODY:
            raise replica_garbled(self.model, f"has the status {answer.status}")
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise replica_garbled(self.model, "is packed, which it was told not to be")
        if answer.content_type in PAGES:
            raise replica_garbled(self.model, "is a page")

    def is_judged_as_json(self, answer: aiohttp.ClientResponse) -> bool:
        return self.path in ENDPOINTS or answer.content_type == JSON

    def whole(self, answer: aiohttp.ClientResponse, body: bytes, *, is_all: bool) -> None:
        """An answer that is no stream, or the begin of it."""
        if not body:
            raise replica_garbled(self.model, "is empty")
        if not self.is_judged_as_json(answer):
            return
        told = _answer_in(body) if is_all else None
        if _is_error(told) if is_all else _LARGE_ERROR.match(body):
            raise self._told(answer.headers, body[:READ_BYTES])
        if not (told if is_all else body.lstrip().startswith(b"{")):
            raise replica_garbled(self.model, "is no whole JSON object")
        if told and self.path in ENDPOINTS and not told.has_list(name := ENDPOINTS[self.path]):
            raise replica_garbled(self.model, f"has no `{name}`")
        if self.streams and self.path in STREAMED:
            raise replica_garbled(self.model, "is no stream of events, which was asked for")

    def kind_of_stream(self) -> None:
        if self.path in ENDPOINTS and (self.path not in STREAMED or self.streams is False):
            raise replica_garbled(self.model, "is a stream of events, which was not asked for")

    def first_event(self, answer: aiohttp.ClientResponse, begin: bytes, *, is_all: bool) -> None:
        """The begin of a stream: up to its first event with data, all there is, or as much as anybody may say."""
        if not begin:
            raise replica_said_nothing(self.model)
        if self.path not in STREAMED:
            return
        data = first_data(begin)
        is_cut = data is None
        if data is None and not (data := first_data(begin + b"\n\n")):
            raise replica_said_nothing(self.model) if is_all and is_of_fields(begin) else self._no_events()
        if data == DONE:
            raise replica_said_nothing(self.model)
        event = _answer_in(data)
        if _is_error(event):
            raise self._told(answer.headers, data)
        if is_cut and is_all:
            raise stream_cut_short(self.model)
        if not (data.startswith(b"{") if is_cut else event):
            raise self._no_events()

    def _no_events(self) -> Refusal:
        return replica_garbled(self.model, "is no stream of JSON objects")

    def _told(self, headers: Headers, body: bytes) -> Refusal:
        return refusal_in_success(body, without_content(headers), self.path, self.model)


def _is_error(told: _Answer | None) -> bool:
    """Whether it speaks of a failure. A response that failed has an `error` too, and is an answer."""
    if told is None or told.object == "response":
        return False
    is_named = "error" in (told.object, told.type)
    return is_named or bool(told.error) or (told.object is None and bool(told.detail or told.message))


def _answer_in(body: bytes) -> _Answer | None:
    """None where it is no JSON object."""
    try:
        return _decoder.decode(body)
    except (ValueError, RecursionError):
        return _leniently(body)


def _leniently(body: bytes) -> _Answer | None:
    """NaN, and half of a surrogate pair: what clients read all the same."""
    try:
        told = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    named: dict[str, Any] = {name: told.get(name) for name in ("error", "object", "type", "detail", "message")}
    lists = {name: msgspec.Raw(b"[") for name in ENDPOINTS.values() if isinstance(told.get(name), list)}
    return _Answer(**named, **lists)
