"""A subscription of one client to the hub: a bounded queue between the reader and whoever writes to the client."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from api.live.feeds import Feed
from api.live.frames import Frame
from common.store.pulses import Pulse

QUEUE_FRAMES = 32

Read = Callable[[str, Feed, str, Pulse], Sequence[Frame]]


class Subscription:
    """A stream of one feed of one job, from a position on."""

    def __init__(self, job_id: str, feed: Feed, position: str, patience_seconds: float) -> None:
        self.job_id = job_id
        self.feed = feed
        self._position = position
        self._patience_seconds = patience_seconds
        self._lock = threading.Lock()
        self._ring: Callable[[], None] = lambda: None
        self._frames: deque[Frame] = deque()
        self._full_since: float | None = None
        self._ended = False
        self._dropped = False

    def serve(self, pulse: Pulse | None, read: Read) -> None:
        """Queue what is new; called by the hub's thread only."""
        if self._ended or self._dropped:
            return
        if pulse is None:
            self._end({"status": "deleted", "reason": "", "message": ""})
            return
        if self.feed.is_behind(self._position, pulse):
            self._offer(read(self.job_id, self.feed, self._position, pulse))
        if pulse.is_final and not self.feed.is_behind(self._position, pulse):
            self._end({"status": pulse.state, "reason": pulse.reason, "message": pulse.message})

    def listen(self, ring: Callable[[], None]) -> None:
        """Ring whenever something is queued or this has ended; it may have been before."""
        self._ring = ring

    def take(self) -> list[Frame]:
        """What is queued."""
        with self._lock:
            frames = list(self._frames)
            self._frames.clear()
            return frames

    @property
    def is_dropped(self) -> bool:
        """The client was too slow; what it has not got is still to be had from its last frame on."""
        return self._dropped

    @property
    def is_over(self) -> bool:
        """Ended, and all of it was taken."""
        with self._lock:
            return self._ended and not self._frames

    def drop(self) -> None:
        """Give this client up."""
        self._dropped = True
        self._ring()

    def _offer(self, frames: Sequence[Frame]) -> None:
        with self._lock:
            room = QUEUE_FRAMES - len(self._frames)
            for frame in frames[:room]:
                self._frames.append(frame)
                self._position = frame.id
        self._ring()
        if frames and room <= 0:
            self._lose_patience()
        else:
            self._full_since = None

    def _lose_patience(self) -> None:
        now = time.monotonic()
        self._full_since = self._full_since or now
        if now - self._full_since > self._patience_seconds:
            self.drop()

    def _end(self, data: dict[str, str]) -> None:
        with self._lock:
            self._frames.append(Frame(self._position, "end", data))
            self._ended = True
        self._ring()
