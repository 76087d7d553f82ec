"""Aware UTC for people, integer milliseconds for Redis."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch."""
    return int(moment.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC time of `milliseconds` since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with milliseconds and `Z`, or None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
