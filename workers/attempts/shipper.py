"""Ships what an attempt writes to Redis: log bytes by offset, metric records, the newest progress."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from common.clock import now
from common.errors import StoreUnavailable
from common.jobs import Job, Progress
from common.store.attempts import AttemptStore, Receipt, Report
from workers.attempts.log_tail import Position, read_behind_hole, size_of
from workers.swift.metrics import merging, newest_progress
from workers.swift.metrics_tail import read_records

log = structlog.get_logger()

CHUNK_BYTES = 256 * 1024
METRICS_BYTES = 256 * 1024
# A log that is further ahead is followed on from where the kept tail will begin: nobody could read the rest in time.
BACKLOG_MAX_BYTES = 16 * 1024 * 1024


class Shipper:
    """Reads on from where Redis says that the last follower stopped: nothing is lost or doubled by a restart."""

    def __init__(self, store: AttemptStore, job: Job, attempt: int, log_path: Path) -> None:
        self._store = store
        self._job_id = job.id
        self._attempt = attempt
        self._log_path = log_path
        self._log = Position()
        self._metrics = Position()
        self._knows_places = False
        self._doubts = False
        self._told: set[str] = set()
        self._merge_seconds: int | None = None
        self._merges_since: datetime | None = None
        self.progress: Progress | None = job.progress

    def expect_merge(self, seconds: int) -> None:
        """Count so long a merge behind the training."""
        self._merge_seconds = seconds

    def merge_began(self, at: datetime) -> None:
        """Training is done: from now on progress is that of the merge."""
        self._merges_since = at

    def ship(self, metrics_path: Path | None) -> tuple[Receipt, bool]:
        """Send what is new, a bounded part of it; returns the receipt and whether that moved anything.

        Raises StoreUnavailable; the same bytes are sent again then.
        """
        if not self._knows_places:
            self._accept(self._send(Report()))
            self._knows_places = True
        report = self._with_merge(self._with_metrics(self._with_log(Report()), metrics_path))
        receipt = self._report(report)
        before = (self._log, self._metrics)
        self._accept(receipt)
        self.progress = report.progress or self.progress
        return receipt, (self._log, self._metrics) != before

    def left(self, metrics_path: Path | None) -> tuple[int, int]:
        """How many bytes of the log, and of the metrics, are not shipped."""
        return _left(self._log_path, self._log), _left(metrics_path, self._metrics)

    def _with_log(self, report: Report) -> Report:
        size = size_of(self._log_path)
        if size is None:
            return replace(report, log_from=self._log.end, log_file_at=self._log.file_at)
        place = self._log.in_file_of(size)
        self._tell_shorter("log", place, self._log)
        left_out = self._left_out(size - place.offset)
        hole, chunk = read_behind_hole(self._log_path, place.offset + left_out, CHUNK_BYTES)
        return replace(
            report,
            log_from=place.end,
            log_file_at=place.file_at,
            log_left_out=left_out + hole if chunk or hole else 0,
            log_chunk=chunk.decode("utf-8", "surrogateescape"),
        )

    def _left_out(self, backlog: int) -> int:
        bounds = self._store.bounds
        if backlog <= BACKLOG_MAX_BYTES or self._log.end < bounds.log_head_bytes:
            return 0
        left_out = backlog - min(bounds.log_tail_bytes, BACKLOG_MAX_BYTES)
        self._tell("log_left_out", bytes=left_out)
        return left_out

    def _with_metrics(self, report: Report, path: Path | None) -> Report:
        size = size_of(path) if path else None
        if path is None or size is None:
            end, file_at = self._metrics.end, self._metrics.file_at
            return replace(report, metrics_from=end, metrics_to=end, metrics_file_at=file_at)
        place = self._metrics.in_file_of(size)
        self._tell_shorter("metrics", place, self._metrics)
        records, offset = read_records(path, place.offset, METRICS_BYTES)
        return replace(
            report,
            metrics_from=place.end,
            metrics_to=place.file_at + offset,
            metrics_file_at=place.file_at,
            metrics=[json.dumps(record, ensure_ascii=False) for record in records],
            progress=newest_progress(records, self._before()) if records else None,
        )

    def _before(self) -> Progress | None:
        if self._merge_seconds is None:
            return self.progress
        return replace(self.progress or Progress(), merge_seconds=self._merge_seconds)

    def _with_merge(self, report: Report) -> Report:
        if self._merges_since is None or self._merge_seconds is None:
            return report
        elapsed = max(0, int((now() - self._merges_since).total_seconds()))
        progress = merging(report.progress or self.progress or Progress(), self._merge_seconds, elapsed)
        return report if progress == self.progress else replace(report, progress=progress)

    def _report(self, report: Report) -> Receipt:
        """Send it; a piece that Redis does not take though it answers is passed over: it is not worth the training."""
        if not self._doubts:
            try:
                return self._send(report)
            except StoreUnavailable:
                self._doubts = True
                raise
            except Exception:
                log.exception("piece_refused")
        self._send(Report())  # raises while Redis is away
        try:
            receipt = self._send(report)
        except Exception:
            log.exception("piece_not_shipped", log_from=report.log_from, metrics_from=report.metrics_from)
            receipt = self._send(_without_content(report))
        self._doubts = False
        return receipt

    def _send(self, report: Report) -> Receipt:
        return self._store.report(self._job_id, self._attempt, report)

    def _accept(self, receipt: Receipt) -> None:
        self._log = Position(receipt.log_end, receipt.log_file_at)
        self._metrics = Position(receipt.metrics_end, receipt.metrics_file_at)

    def _tell_shorter(self, what: str, now: Position, before: Position) -> None:
        if now != before:
            self._tell(f"{what}_got_shorter", at=before.end)

    def _tell(self, event: str, **fields: int) -> None:
        """Once: some files do it all the time."""
        if event not in self._told:
            self._told.add(event)
            log.warning(event, **fields)


def _left(path: Path | None, place: Position) -> int:
    size = size_of(path) if path else None
    return 0 if size is None else size - place.in_file_of(size).offset


def _without_content(report: Report) -> Report:
    """As many bytes that say nothing: offsets stay true."""
    blank = "?" * len(report.log_chunk.encode("utf-8", "surrogateescape"))
    return replace(report, log_chunk=blank, metrics=(), progress=None)
