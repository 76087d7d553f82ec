"""The clock and its timestamps: aware UTC for people, integer milliseconds for Redis."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch."""
    return (moment - _EPOCH) // _MILLISECOND  # by whole numbers: a float may lose a millisecond


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC time of `milliseconds` since the epoch."""
    return _EPOCH + milliseconds * _MILLISECOND


def redis_ms(seconds: int, microseconds: int) -> int:
    """Milliseconds since the epoch, of Redis's TIME."""
    return seconds * 1000 + microseconds // 1000


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with milliseconds and `Z`, or None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
