"""What an export by hand writes into the record of its source."""

from dataclasses import dataclass

from common.store import keys
from common.store.outcomes import Outcome
from common.store.scripts import Scripts


@dataclass(frozen=True, slots=True)
class ExportStore:
    """An export is a job of its own besides: these are about the job that it is of."""

    scripts: Scripts
    events_max: int

    def begin(self, job_id: str, export_id: str, message: str) -> Outcome:
        """Note that this export of a final job was asked for: OK, MISSING or NOT_FINAL."""
        args = ["", self.events_max, export_id, message]
        return Outcome(self.scripts.call("begin_export", keys.of(job_id).story, args))

    def end(self, job_id: str, export_id: str, message: str, *, export_path: str = "", error: str = "") -> Outcome:
        """Write an export's end into its source: OK, MISSING or MOVED_ON.

        `export_path` is set when there is a new merged model, `error` when it failed; it may be both.
        """
        args = ["", self.events_max, export_id, export_path, message, error]
        return Outcome(self.scripts.call("end_export", keys.of(job_id).story, args))
