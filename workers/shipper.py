"""Ships what an attempt writes to Redis: log bytes by offset, metric records, the newest progress."""

import json
from pathlib import Path
from typing import Any

from common.jobs import Job, Progress
from common.store.attempts import AttemptStore, Receipt, Report
from workers.log_tail import read_new
from workers.swift.metrics import newest_progress
from workers.swift.metrics_tail import read_records

CHUNK_BYTES = 256 * 1024
METRICS_BYTES = 256 * 1024


class Shipper:
    """Reads on from where Redis says that the last follower stopped: nothing is lost or doubled by a restart."""

    def __init__(self, store: AttemptStore, job: Job, attempt: int, log_path: Path) -> None:
        self._store = store
        self._job_id = job.id
        self._attempt = attempt
        self._log_path = log_path
        self._log_end = 0
        self._metrics_end = 0
        self._knows_ends = False
        self.progress: Progress | None = job.progress

    def ship(self, metrics_path: Path | None) -> tuple[Receipt, bool]:
        """Send what is new, a bounded part of it; returns the receipt and whether there was anything.

        Raises StoreUnavailable; the same bytes are sent again then.
        """
        if not self._knows_ends:
            self._accept(self._store.report(self._job_id, self._attempt, Report()))
            self._knows_ends = True
        chunk, _ = read_new(self._log_path, self._log_end, CHUNK_BYTES)
        records, metrics_to = self._new_metrics(metrics_path)
        progress = newest_progress(records, self.progress)
        report = Report(
            log_from=self._log_end,
            log_chunk=chunk.decode("utf-8", "surrogateescape"),
            metrics_from=self._metrics_end,
            metrics_to=metrics_to,
            metrics=[json.dumps(record, ensure_ascii=False) for record in records],
            progress=progress if records else None,
        )
        receipt = self._store.report(self._job_id, self._attempt, report)
        anything = bool(chunk) or metrics_to > self._metrics_end
        self._accept(receipt)
        self.progress = progress
        return receipt, anything

    def _new_metrics(self, path: Path | None) -> tuple[list[dict[str, Any]], int]:
        if path is None:
            return [], self._metrics_end
        return read_records(path, self._metrics_end, METRICS_BYTES)

    def _accept(self, receipt: Receipt) -> None:
        self._log_end, self._metrics_end = receipt.log_end, receipt.metrics_end
