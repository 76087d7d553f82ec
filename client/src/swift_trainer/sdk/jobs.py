"""The training jobs of the service: submit, look, steer, wait."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import uuid4

from swift_trainer.sdk.shapes import FINAL, DryRun, Job, JobCheckpoints, Json, Submission
from swift_trainer.sdk.workloads import Workloads


class Jobs(Workloads[Job]):
    """`SwiftTrainer.jobs`. `wait` and `watch` last until the job has ended, however it ended.

    `start` raises Conflict for a job that is over; `stop` cancels for good.
    """

    base_path = "/training/jobs"

    def submit(self, body: Mapping[str, Any], idempotency_key: str | None = None) -> Submission:
        """Submit a job. With the same key and body again, the first job is answered and no second one is made.

        Raises Invalid for wrong fields, Conflict when the job id is taken.
        """
        headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
        return cast("Submission", self._post(self.base_path, body=dict(body), headers=headers))

    def validate(self, body: Mapping[str, Any]) -> DryRun:
        """Check a job without submitting it. Raises Invalid for a body that is no job at all."""
        return cast("DryRun", self._post(f"{self.base_path}/validate", body=dict(body)))

    def status(self, job_id: str) -> Json:
        return cast("Json", self._transport.request("GET", self._path(job_id, "status")))

    def progress(self, job_id: str) -> Json:
        return cast("Json", self._transport.request("GET", self._path(job_id, "progress")))

    def set_priority(self, job_id: str, priority: int) -> Job:
        """Change the priority of a waiting job in place. Raises Conflict when it does not wait any more."""
        return cast("Job", self._transport.request("PATCH", self._path(job_id), body={"priority": priority}))

    def export(self, job_id: str, body: Mapping[str, Any] | None = None) -> Submission:
        """Merge a completed job's model, or export it as `body` says: quantised, pushed to a hub.

        Raises Conflict when the job is not completed, Invalid for wrong fields.
        """
        parts = {"body": dict(body)} if body else {}
        return cast("Submission", self._post(self._path(job_id, "export"), **parts))

    def checkpoints(self, job_id: str) -> JobCheckpoints:
        """What a training has saved, while it runs, too; `export` and deployments take one by its name."""
        return cast("JobCheckpoints", self._transport.request("GET", self._path(job_id, "checkpoints")))

    def delete(self, job_id: str, *, files: bool = False) -> None:
        """Delete it, at once; what runs is ended behind it. With `files` its nodes remove what it left on their disks.

        Raises Conflict when something uses these files.
        """
        query = {"files": "true"} if files else {}
        self._transport.request("DELETE", self._path(job_id), query=query)

    def _is_settled(self, view: Job) -> bool:
        return view.get("status") in FINAL
