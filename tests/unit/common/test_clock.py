"""Aware UTC for people, milliseconds for Redis."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from common.clock import from_ms, iso, now, to_ms

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(min_value=0, max_value=7 * 10**15).map(lambda us: EPOCH + timedelta(microseconds=us))


def test_now_is_aware_and_utc() -> None:
    assert now().utcoffset() == timedelta(0)


def test_a_moment_is_written_with_milliseconds_and_z() -> None:
    assert iso(datetime(2026, 1, 2, 3, 4, 5, 678_999, tzinfo=UTC)) == "2026-01-02T03:04:05.678Z"
    assert iso(datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8)))) == "2026-01-01T19:04:05.000Z"
    assert iso(None) is None


@given(st.integers(min_value=0, max_value=7_000_000_000_000))
def test_milliseconds_survive_the_way_there_and_back(milliseconds: int) -> None:
    assert to_ms(from_ms(milliseconds)) == milliseconds


@given(MOMENTS)
def test_a_moment_loses_less_than_a_millisecond(moment: datetime) -> None:
    assert timedelta(0) <= moment - from_ms(to_ms(moment)) < timedelta(milliseconds=1)
    assert datetime.fromisoformat(iso(moment) or "") <= moment
