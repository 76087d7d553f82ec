"""When a process that ended is started again: soon at first, then later and later, and never not at all."""

from dataclasses import dataclass

# One that lived for so long was well: what ends it then is another matter.
WELL_SECONDS = 60.0
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 8.0
# What ends so often in a row does not mend itself; it costs the others less to try it seldom.
SOON_AT_MOST = 5
FIRST_LATE_SECONDS = 30.0
LATEST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Restart:
    """`given_up` from the first late try on: the rest has to do without it for a while."""

    seconds: float
    given_up: bool = False


def next_start(deaths_in_a_row: int, *, needed_by_all: bool = False) -> Restart:
    """When to try again. What all the others need is never tried late: without it none of them is of use."""
    if deaths_in_a_row <= SOON_AT_MOST:
        return Restart(_doubled(FIRST_DELAY_SECONDS, deaths_in_a_row - 1, LONGEST_DELAY_SECONDS))
    if needed_by_all:
        return Restart(LONGEST_DELAY_SECONDS, given_up=True)
    return Restart(_doubled(FIRST_LATE_SECONDS, deaths_in_a_row - SOON_AT_MOST - 1, LATEST_SECONDS), given_up=True)


def _doubled(first: float, times: int, most: float) -> float:
    return float(min(first * 2.0 ** min(times, 20), most))
