"""Long poll: `?wait=30s` holds an answer back until there is something new, or the time is over."""

import re
from collections.abc import Callable
from typing import Any

from flask import g
from marshmallow import ValidationError, fields

from api.edge.requests import RETRY_AFTER_SECONDS, come_back_after
from api.edge.services import services
from api.front.visit import present_visit
from api.front.waiting import Ring, until_news
from api.live.feeds import Feed
from common.store.pulses import Pulse

LONGEST_SECONDS = 60
_SECONDS = re.compile(r"(0|[1-9][0-9]?)s?", re.ASCII)


class WaitField(fields.Field[float]):
    """Seconds to wait for news: `30s` or `30`, at most 60."""

    def __init__(self) -> None:
        super().__init__(
            load_default=0.0,
            metadata={
                "type": "string",
                "default": "0s",
                "pattern": "^([0-9]|[1-5][0-9]|60)s?$",
                "description": "Answer when there is something new, at the latest after these seconds.",
                "example": "30s",
            },
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> float:
        match = _SECONDS.fullmatch(str(value))
        if match is None or int(match[1]) > LONGEST_SECONDS:
            raise ValidationError(f"Must be seconds from 0 to {LONGEST_SECONDS}, such as 30s.")
        return float(match[1])


def wait_for_more(job_id: str, feed: Feed, position: str, seconds: float) -> None:
    """Return when the feed has more than that position, or can have no more, or after `seconds`."""
    _wait(job_id, lambda pulse: pulse.is_final or feed.is_behind(position, pulse), seconds)


def wait_for_change(job_id: str, is_known: Callable[[Pulse], bool], seconds: float) -> None:
    """Return when the record is not as the client knows it any more, or after `seconds`."""
    _wait(job_id, lambda pulse: pulse.is_final or not is_known(pulse), seconds)


def _wait(job_id: str, is_news: Callable[[Pulse], bool], seconds: float) -> None:
    """Without a free seat it returns at once: a poll that did not wait is valid, and says when to ask again."""
    if seconds <= 0 or _has_news(job_id, is_news):
        return
    live = services().live

    def listen(ring: Ring) -> Callable[[], None] | None:
        give_back = live.seats.take("long_poll")
        if give_back is None:
            return None
        end = live.hub.wait(job_id, is_news, ring)

        def stop() -> None:
            end()
            give_back()

        return stop

    g.waited = until_news(listen, seconds)
    if not g.waited:
        come_back_after(RETRY_AFTER_SECONDS)


def _has_news(job_id: str, is_news: Callable[[Pulse], bool]) -> bool:
    """Whether it need not wait; one that did is answered whatever there is."""
    visit = present_visit()
    if visit and visit.done:
        return False
    pulse = services().store.pulses.read([job_id]).get(job_id)
    return pulse is None or is_news(pulse)
