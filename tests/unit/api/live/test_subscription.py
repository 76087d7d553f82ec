"""A client's queue is bounded; one that takes nothing for too long is given up."""

from collections.abc import Sequence

from api.live.feeds import Feed, LogFeed
from api.live.frames import Frame
from api.live.subscription import QUEUE_FRAMES, Subscription
from common.states import JobState
from common.store.pulses import Pulse


def pulse(log_end: int, state: JobState = JobState.RUNNING) -> Pulse:
    return Pulse(state, 5, 1, "", "", "", log_end, "1-0")


def read(_job_id: str, _feed: Feed, position: str, now: Pulse) -> Sequence[Frame]:
    """One frame for each byte."""
    start = int(position.partition(":")[2])
    return [Frame(f"1:{offset + 1}", "log", {"text": "x"}) for offset in range(start, now.log_end)]


def test_what_does_not_fit_comes_when_there_is_room() -> None:
    client = Subscription("one", LogFeed(), "1:0", patience_seconds=60)

    client.serve(pulse(QUEUE_FRAMES + 5, JobState.COMPLETED), read)
    first = client.take()
    client.serve(pulse(QUEUE_FRAMES + 5, JobState.COMPLETED), read)
    second = client.take()

    assert [frame.id for frame in first] == [f"1:{number}" for number in range(1, QUEUE_FRAMES + 1)]
    assert [frame.id for frame in second[:-1]] == [f"1:{QUEUE_FRAMES + number}" for number in range(1, 6)]
    assert (second[-1].event, second[-1].id) == ("end", f"1:{QUEUE_FRAMES + 5}")
    assert client.is_over
    assert not client.is_dropped


def test_a_client_that_takes_nothing_is_dropped() -> None:
    client = Subscription("one", LogFeed(), "1:0", patience_seconds=0)

    client.serve(pulse(QUEUE_FRAMES), read)
    assert not client.is_dropped
    client.serve(pulse(QUEUE_FRAMES + 1), read)
    client.serve(pulse(QUEUE_FRAMES + 2), read)

    assert client.is_dropped
    assert len(client.take()) == QUEUE_FRAMES


def test_a_job_that_is_gone_ends_its_stream_once() -> None:
    client = Subscription("one", LogFeed(), "1:3", patience_seconds=60)

    client.serve(None, read)
    client.serve(None, read)

    assert [(frame.event, frame.data["status"]) for frame in client.take()] == [("end", "deleted")]
