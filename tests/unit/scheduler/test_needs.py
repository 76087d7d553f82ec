"""Whether a silent node may have something to tell of a job that ended long ago."""

from datetime import timedelta

import pytest

from common.states import JobState
from scheduler.duties.needs import may_live
from tests.builders import NOW, make_job, make_node, make_places

ENDED_AT = NOW + timedelta(hours=1)


def over(attempt: int = 1):
    return make_job(state=JobState.COMPLETED, attempt=attempt, created_at=NOW, ended_at=ENDED_AT, places=make_places())


@pytest.mark.parametrize(
    ("silent_since", "may"),
    [
        (NOW - timedelta(seconds=1), False),  # it never heard of the job
        (NOW + timedelta(minutes=5), True),
        (ENDED_AT + timedelta(seconds=5), True),  # perhaps before it wrote the end down
        (ENDED_AT + timedelta(seconds=11), False),
    ],
)
def test_a_node_that_fell_silent_during_its_life_may_have_something_to_tell(silent_since, may) -> None:
    assert may_live(over(), [make_node(heartbeat_at=silent_since)]) is may


def test_so_may_one_that_it_was_taken_away_from() -> None:
    assert may_live(over(), [make_node("other", heartbeat_at=NOW + timedelta(minutes=5))])


def test_nobody_has_anything_to_tell_of_one_that_was_never_placed() -> None:
    assert not may_live(over(attempt=0), [make_node(heartbeat_at=NOW + timedelta(minutes=5))])


def test_a_forgotten_node_tells_nothing() -> None:
    assert not may_live(over(), [])
