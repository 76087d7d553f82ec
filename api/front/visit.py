"""The visit of a request to the app: what the app and its asynchronous side say to one another about it.

Below a plain WSGI server there is no such side: the app then waits in the thread that it has.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Protocol

from flask import request

KEY = "swift_trainer.visit"


class ComeBack(BaseException):
    """The app cannot answer yet: ask it again when this is done, and keep no thread until then.

    Not an Exception, so that nothing takes it for an error: no answer is made of it, counted or written down.
    """


class Stream(Protocol):
    """An answer without an end, as the side that writes it sees it."""

    @property
    def patience_seconds(self) -> float:
        """How long a client may take none of it."""

    @property
    def is_over(self) -> bool:
        """Whether all of it was handed out."""

    def listen(self, bell: Bell) -> None:
        """Ring whenever `due` may have something."""

    def due(self) -> bytes:
        """What is to be written now; often nothing."""

    def seconds_to_next(self) -> float:
        """When to ask again, whether anything rang or not."""

    def last_words(self) -> bytes:
        """What is written when the server ends it."""


class Bell(Protocol):
    """Wakes somebody who waits on the asynchronous side; any thread may ring."""

    def __call__(self) -> None: ...


@dataclass(slots=True)
class Visit:
    """One request, which may come to a thread more than once."""

    began: float = field(default_factory=time.monotonic)
    request_id: str = ""
    done: ComeBack | None = None  # what the app asked for when it was asked last
    stream: Stream | None = None  # the answer goes on with it


def present_visit() -> Visit | None:
    """That of the present request; None below a plain WSGI server."""
    found: Visit | None = request.environ.get(KEY)
    return found
