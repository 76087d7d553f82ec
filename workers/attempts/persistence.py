"""Persistent following of an attempt, in spite of mistakes of ours: a follower that crashes ends nothing that lives.

It is told and tried again, later each time. Meanwhile the attempt's processes go on, and the user's wish to end them is
carried out. Only where all of them have ended by themselves, and following crashes still, is the attempt settled.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from common.errors import JobNotFound, ServiceError
from common.jobs import Job
from common.reasons import Reason
from common.states import PLACED
from workers.attempts import settle
from workers.attempts.ends import DETACHED, UNWANTED, Detached, End, Unwanted
from workers.attempts.folder import AttemptFolder, folder_of
from workers.attempts.proof import kill_all
from workers.node.local import LocalNode
from workers.runner_control import is_alive, request_stop

log = structlog.get_logger()

BACK_OFF_SECONDS = (1.0, 5.0, 15.0, 60.0, 300.0)
# In a row, and with nothing alive: about a minute and a half of trying.
CRASHES_MAX = 5
# A follower that did its work for so long was well: what it crashes of then is another matter.
WELL_SECONDS = 600.0
LOOK_SECONDS = 1.0


class Persistent:
    """Follows one attempt to its end, whatever becomes of each follower."""

    def __init__(self, node: LocalNode, job_id: str, attempt: int, follow: Callable[[], End]) -> None:
        self._node = node
        self._job_id = job_id
        self._attempt = attempt
        self._follow = follow
        self._crashes = 0

    def run(self) -> End:
        """The end that a follower came to; one of ours where none does."""
        while True:
            began = time.monotonic()
            try:
                return self._follow()
            except Exception as exc:
                log.exception("follower_crashed")
                self._crashes = 1 if time.monotonic() - began >= WELL_SECONDS else self._crashes + 1
                if end := self._after(exc):
                    return end

    def _after(self, exc: Exception) -> End | None:
        """Wait until it is time to follow again; the end when there is nothing to follow any more."""
        seconds = BACK_OFF_SECONDS[min(self._crashes, len(BACK_OFF_SECONDS)) - 1]
        with self._whatever_happens("follower_crash_not_told"):
            self._tell(exc, seconds)
        with self._whatever_happens("attempt_not_settled"):
            if end := self._settle_what_is_over(exc):
                return end
        return self._wait(seconds)

    def _tell(self, exc: Exception, seconds: float) -> None:
        if self._crashes > len(BACK_OFF_SECONDS):
            return  # that it goes on like this was told
        why = f"{type(exc).__name__}: {exc}"[:300]
        text = f"the worker cannot follow it just now ({why}); nothing was ended, it tries again in {seconds:.0f} s"
        self._node.store.attempts.note(self._job_id, self._attempt, "follower_crashed", text)

    def _wait(self, seconds: float) -> End | None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._node.detach.wait(min(LOOK_SECONDS, left)):
                return DETACHED
            with self._whatever_happens("cancel_not_looked_for"):
                if end := self._heed_cancel():
                    return end
        return None

    def _settle_what_is_over(self, exc: Exception) -> End | None:
        if self._crashes < CRASHES_MAX or not (job := self._wanted_job()):
            return None
        folder = folder_of(self._node.folder, job, self._attempt)
        if folder.lives:
            return None
        text = f"the worker cannot follow it: {exc!r}"
        return self._settle(folder, lambda: settle.fail(self._node, job, self._attempt, Reason.INTERNAL_ERROR, text))

    def _heed_cancel(self) -> End | None:
        """Ask what lives to end; when nothing does, the job is cancelled."""
        job = self._wanted_job()
        if job is None or job.cancel_requested_at is None:
            return None
        folder = folder_of(self._node.folder, job, self._attempt)
        if folder.lives:
            for phase_dir in filter(is_alive, folder.phase_dirs()):
                request_stop(phase_dir, "cancel", self._node.settings.stop_grace_seconds)
            return None
        return self._settle(folder, lambda: settle.cancel(self._node, job, self._attempt))

    def _settle(self, folder: AttemptFolder, write: Callable[[], End]) -> End | None:
        """Settle it, after proof that nothing of it is alive."""
        if not kill_all(folder, self._attempt):
            return None
        try:
            end = write()
        except Unwanted:
            end = UNWANTED
        except Detached:
            return DETACHED
        folder.mark_ended()
        return end

    def _wanted_job(self) -> Job | None:
        """The job, while it is this attempt's. What else became of it, the next follower finds out."""
        try:
            job = self._node.store.jobs.get_any(self._job_id)
        except JobNotFound:
            return None
        is_ours = job.attempt == self._attempt and job.place_on(self._node.name) is not None and job.state in PLACED
        return job if is_ours else None

    @contextmanager
    def _whatever_happens(self, event: str) -> Iterator[None]:
        try:
            yield
        except ServiceError as away:
            log.warning(event, error=away.message)
        except Exception:
            log.exception(event)
