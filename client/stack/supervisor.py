"""The supervisor: starts a stack's processes stage by stage, starts again what ends, stops all in reverse order."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from client.stack.child import Child
from client.stack.errors import StackError
from client.stack.log_file import bound, last_words

READY_SECONDS = 90.0
POLL_SECONDS = 0.05


class StopRequested(Exception):
    """Somebody asked to stop while the stack was starting."""


@dataclass(slots=True, eq=False)
class _Watched:
    child: Child
    started_at: float = 0.0
    deaths_in_a_row: int = 0
    restart_at: float | None = None
    is_quoted: bool = False
    is_stopped: bool = False


class Supervisor:
    """Owns the children. All calls come from the main thread: a child's tie ends with the thread that started it."""

    def __init__(
        self,
        stages: Sequence[Sequence[Child]],
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stages = [[_Watched(child) for child in stage] for stage in stages]
        self._say = say
        self._clock = clock

    def start(
        self, stop_requested: Callable[[], bool] = lambda: False, once_up: Callable[[], None] = lambda: None
    ) -> None:
        """Start each stage when what is essential in the one before is ready.

        `once_up` is called when the first one is, before the second: it may raise StackError.
        A failure, or a wish to stop, ends what was started. Raises StackError with the last lines of the log, or
        StopRequested.
        """
        try:
            for number, stage in enumerate(self._stages):
                if number == 1:
                    once_up()
                for watched in stage:
                    watched.started_at = self._clock()
                    watched.child.launch()
                self._wait_until_up([watched.child for watched in stage], stop_requested)
        except BaseException:
            self.stop()
            raise

    def tick(self) -> None:
        """Look after the children once: note ends, start again what is due, keep the logs bounded.

        One that keeps ending is told of and tried less and less often: the others have their work to do.
        """
        for watched in self._all():
            with suppress(OSError):  # a disk that is full
                bound(watched.child.log_path)
            if watched.is_stopped or watched.child.pid is not None:
                continue
            if watched.restart_at is None:
                self._note_end(watched)
            elif self._clock() >= watched.restart_at:
                self._start_again(watched)

    def stop(self) -> None:
        """Stop all, last started first; each has ended before the next is asked."""
        for watched in reversed(self._all()):
            self._stop(watched)

    def stop_child(self, name: str) -> None:
        """Stop one child for good."""
        for watched in self._all():
            if watched.child.name == name:
                self._stop(watched)

    def _all(self) -> list[_Watched]:
        return [watched for stage in self._stages for watched in stage]

    def _stop(self, watched: _Watched) -> None:
        watched.is_stopped = True
        watched.child.stop()

    def _wait_until_up(self, children: Sequence[Child], stop_requested: Callable[[], bool]) -> None:
        deadline = self._clock() + READY_SECONDS
        waited_for = [child for child in children if child.essential]
        while waited_for := [child for child in waited_for if not child.is_up()]:
            if stop_requested():
                raise StopRequested
            for child in children:
                if child.essential and child.pid is None:
                    raise StackError(f"{child.name} did not start; {_quote(child)}")
            if self._clock() > deadline:
                child = waited_for[0]
                raise StackError(f"{child.name} was not ready after {READY_SECONDS:.0f} s; {_quote(child)}")
            time.sleep(POLL_SECONDS)

    def _note_end(self, watched: _Watched) -> None:
        child = watched.child
        if self._clock() - watched.started_at >= WELL_SECONDS:
            watched.deaths_in_a_row, watched.is_quoted = 0, False
        watched.deaths_in_a_row += 1
        self._plan_restart(watched, f"{child.name} ended ({_how(child)})")

    def _start_again(self, watched: _Watched) -> None:
        watched.restart_at, watched.started_at = None, self._clock()
        try:
            watched.child.launch()
        except (OSError, StackError) as problem:  # no process to be had, or another one holds its lock
            watched.deaths_in_a_row += 1
            self._plan_restart(watched, f"{watched.child.name} could not be started ({problem})")

    def _plan_restart(self, watched: _Watched, what: str) -> None:
        child, deaths = watched.child, watched.deaths_in_a_row
        restart = next_start(deaths, needed_by_all=self._is_needed_by_all(watched))
        watched.restart_at = self._clock() + restart.seconds
        text = f"{what}; starting it again in {restart.seconds:g} s; see {child.log_path}"
        if restart.given_up:
            text = (
                f"{what}, {deaths} times in a row; the rest goes on without it; trying again in {restart.seconds:g} s"
            )
            text += f"; see {child.log_path}" if watched.is_quoted else f"; {_quote(child)}"
            watched.is_quoted = True
        self._say(text)

    def _is_needed_by_all(self, watched: _Watched) -> bool:
        """Whether later stages waited for it."""
        return any(watched in stage for stage in self._stages[:-1])


def _how(child: Child) -> str:
    code = child.exit_code or 0
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _quote(child: Child) -> str:
    return f"{child.log_path} ends with:\n{last_words(child.log_path)}"


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
