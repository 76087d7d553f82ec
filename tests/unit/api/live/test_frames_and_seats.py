"""Frames on the wire, positions that clients send back, and seats."""

import json

import pytest

from api.live.feeds import EventFeed, Feed, LogFeed, ProgressFeed
from api.live.frames import Frame, encode
from api.live.seats import Seats


def test_a_text_with_line_ends_stays_one_message() -> None:
    wire = encode(Frame("1:9", "log", {"text": "a\r\nb\rc\n\ndata: x\u2028"})).decode()

    assert wire.startswith("id: 1:9\nevent: log\ndata: {")
    assert wire.endswith("}\n\n")
    assert len(wire.splitlines()) == 4
    assert json.loads(wire.splitlines()[2].removeprefix("data: ")) == {"text": "a\r\nb\rc\n\ndata: x\u2028"}


@pytest.mark.parametrize(
    ("feed", "position", "fits"),
    [
        (LogFeed(), "1:0", True),
        (LogFeed(), "12:345", True),
        (LogFeed(), "0:5", False),
        (LogFeed(), "1:-5", False),
        (LogFeed(), "1:5\n", False),
        (LogFeed(), "1:" + "9" * 40, False),
        (EventFeed(), "1700000000000-0", True),
        (EventFeed(), "1700000000000", False),
        (EventFeed(), "$", False),
        (EventFeed(), "٣-0", False),
        (ProgressFeed(), "12.0a1b2c3d", True),
        (ProgressFeed(), "12", True),
        (ProgressFeed(), "12.x", False),
    ],
)
def test_only_ids_of_the_feed_are_positions(feed: Feed, position: str, fits: bool) -> None:
    assert feed.is_position(position) is fits


def test_seats_are_given_back_once() -> None:
    seats = Seats(2)
    told: list[tuple[str, int]] = []
    seats.on_change = lambda kind, count: told.append((kind, count))
    first, second = seats.take("stream"), seats.take("long_poll")

    assert seats.take("stream") is None
    assert first is not None
    assert second is not None
    first()
    first()
    assert (seats.taken("stream"), seats.taken("long_poll")) == (0, 1)
    assert told == [("stream", 1), ("long_poll", 1), ("stream", 0)]
    assert seats.take("stream") is not None
    assert seats.take("stream") is None
