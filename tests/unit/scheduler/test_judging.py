"""Which silent nodes are lost, with literal times: a TTL of 30 s, now is noon."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.judging import Judgement, judge
from tests.builders import make_node

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=1)
TTL = 30.0


def seconds_ago(seconds: float) -> datetime:
    return NOON - timedelta(seconds=seconds)


def judged(*silent_for: float, answers_since: datetime = LONG_AGO, gone: tuple[str, ...] = ()) -> Judgement:
    """Nodes a, b, c … that have been silent for so many seconds."""
    nodes = [
        make_node(name, heartbeat_at=seconds_ago(seconds), state="gone" if name in gone else "ready")
        for name, seconds in zip("abcdefgh", silent_for, strict=False)
    ]
    return judge(nodes, answers_since, NOON, TTL)


def lost(*silent_for: float, answers_since: datetime = LONG_AGO, gone: tuple[str, ...] = ()) -> str:
    return "".join(sorted(judged(*silent_for, answers_since=answers_since, gone=gone).lost))


def test_a_node_is_lost_when_it_was_silent_for_the_ttl() -> None:
    assert (lost(29.9, 0, 0), lost(30, 0, 0)) == ("", "a")


def test_one_node_alone_is_judged_as_ever() -> None:
    assert lost(30) == "a"


def test_half_of_the_nodes_are_judged_and_more_than_half_are_not() -> None:
    assert (lost(40, 0), lost(40, 40, 0, 0)) == ("a", "ab")
    assert judged(40, 40, 40, 0) == Judgement(frozenset(), frozenset("abc"))
    assert judged(40, 50) == Judgement(frozenset(), frozenset("ab"))


def test_many_are_judged_after_three_ttls() -> None:
    assert (lost(89.9, 89.9, 0), lost(90, 90, 0)) == ("", "ab")


def test_what_was_given_up_long_ago_does_not_protect_the_next_one() -> None:
    assert lost(86_000, 86_000, 86_000, 30, 0, 0) == "abcd"


@pytest.mark.parametrize(
    ("back_for", "expected"),
    [(29.9, ""), (30, ""), (89.9, ""), (90, "abc")],
    ids=["within the TTL", "then they are many", "at most three TTLs", "and no longer"],
)
def test_after_an_outage_silence_counts_from_when_redis_answers_again(back_for: float, expected: str) -> None:
    assert lost(500, 500, 500, answers_since=seconds_ago(back_for)) == expected


def test_the_one_that_does_not_come_back_after_an_outage_is_lost_a_ttl_later() -> None:
    """The others spoke as soon as they could."""
    assert lost(500, 3, 2, answers_since=seconds_ago(29)) == ""
    assert lost(500, 3, 2, answers_since=seconds_ago(30)) == "a"


def test_a_goodbye_counts_for_itself() -> None:
    """Upgrades stop many workers at once: their nodes are neither missed nor counted."""
    assert lost(30, 30, 30, 0, gone=("a", "b", "c")) == "abc"
    assert lost(30, 30, 0, gone=("a",)) == "ab"
