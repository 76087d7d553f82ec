"""Starts the processes of a stack stage by stage, starts again what ends, stops all in reverse order."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from client.stack.child import Child
from client.stack.errors import StackError
from client.stack.log_file import bound, last_words
from client.stack.restarts import MOST_RESTARTS, WINDOW_SECONDS, restart_delay

READY_SECONDS = 90.0
POLL_SECONDS = 0.05


class StopRequested(Exception):
    """Somebody asked to stop while the stack was starting."""


@dataclass(slots=True)
class _Watched:
    child: Child
    deaths: list[float] = field(default_factory=list)
    restart_at: float | None = None
    given_up: bool = False


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

    def start(self, stop_requested: Callable[[], bool] = lambda: False) -> None:
        """Start each stage when what is essential in the one before is ready.

        A failure, or a wish to stop, ends what was started. Raises StackError with the last lines of the log, or
        StopRequested.
        """
        try:
            for stage in self._stages:
                for watched in stage:
                    watched.child.launch()
                self._wait_until_up([watched.child for watched in stage], stop_requested)
        except BaseException:
            self.stop()
            raise

    def tick(self) -> None:
        """Look after the children once: note ends, start again what is due, keep the logs bounded.

        Raises StackError when an essential child keeps ending.
        """
        for watched in self._all():
            bound(watched.child.log_path)
            if watched.given_up or watched.child.pid is not None:
                continue
            if watched.restart_at is None:
                self._note_end(watched)
            elif self._clock() >= watched.restart_at:
                watched.restart_at = None
                watched.child.launch()

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
        watched.given_up = True
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
        now = self._clock()
        watched.deaths.append(now)
        delay = restart_delay(watched.deaths, now)
        if delay is not None:
            watched.restart_at = now + delay
            child = watched.child
            self._say(f"{child.name} ended ({_how(child)}); starting it again in {delay:g} s; see {child.log_path}")
            return
        watched.given_up = True
        text = (
            f"{watched.child.name} ended more than {MOST_RESTARTS} times within {WINDOW_SECONDS:.0f} s; "
            f"{_quote(watched.child)}"
        )
        if watched.child.essential:
            raise StackError(text)
        self._say(f"going on without {watched.child.name}: {text}")


def _how(child: Child) -> str:
    code = child.exit_code or 0
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _quote(child: Child) -> str:
    return f"{child.log_path} ends with:\n{last_words(child.log_path)}"
