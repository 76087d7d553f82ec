"""When a process that ended is started again: sooner at first, then later, and not for ever."""

from collections.abc import Sequence

WINDOW_SECONDS = 120.0
MOST_RESTARTS = 5
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 8.0


def restart_delay(deaths: Sequence[float], now: float) -> float | None:
    """Seconds to wait before the next start, given when the process ended; None when the budget is used up."""
    recent = sum(now - death < WINDOW_SECONDS for death in deaths)
    if recent > MOST_RESTARTS:
        return None
    return min(FIRST_DELAY_SECONDS * 2.0 ** max(0, recent - 1), LONGEST_DELAY_SECONDS)
