"""A job's log is printed in a thread of its own, so that the log and the job can both be waited for."""

from collections.abc import Callable
from threading import Thread
from typing import Self

from swift_trainer.cli.log_pages import write_on
from swift_trainer.sdk import LogPosition, SwiftTrainer

# Log bytes travel beside the state, so the last of them may come a little after the end.
LAST_LOG_SECONDS = 15.0


class LogBeside:
    """A context manager that hands the log to `write` as it grows; behind its end nothing more is written."""

    def __init__(self, client: SwiftTrainer, job_id: str, write: Callable[[str], None]) -> None:
        self._client = client
        self._job_id = job_id
        self._write = write
        self._until = float("inf")
        self._failed: Exception | None = None
        self._thread = Thread(target=self._print, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._until = 0.0

    def check(self) -> None:
        """Raises what printing has failed with: a log that nobody reads on need not be followed."""
        if self._failed:
            raise self._failed

    def finish(self) -> None:
        """Return when all of the log was written, which is not waited for without end. Raises as `check`."""
        self._until = self._client.clock.now() + LAST_LOG_SECONDS
        self._thread.join(LAST_LOG_SECONDS)
        self.check()

    def _print(self) -> None:
        try:
            write_on(self._client, self._job_id, LogPosition(), self._pass_on, self._goes_on)
        except Exception as exc:
            self._failed = exc

    def _goes_on(self) -> bool:
        return self._client.clock.now() < self._until

    def _pass_on(self, text: str) -> None:
        if self._goes_on():
            self._write(text)
