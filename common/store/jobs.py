"""What users do to jobs: submit, hold, release, reprioritise, export, cancel, delete; and reading them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from common.chores import Chore, dump_chore
from common.errors import IdempotencyConflict, InvalidInput, JobIdTaken, JobNotFound
from common.field_problem import FieldProblem
from common.job_specs import ended_by_user
from common.jobs import Job
from common.reasons import Reason
from common.store import keys
from common.store.idempotency import Idempotency
from common.store.job_record import is_whole, load_job
from common.store.outcomes import Outcome
from common.store.records import read_any_jobs, read_jobs
from common.store.scripts import Scripts
from common.store.spec_record import dump_spec
from common.swift.inputs.sets.named import given_data

# For so long a worker may be away and still be told that its job was deleted.
TOMBSTONE_DAYS = 30


@dataclass(frozen=True, slots=True)
class JobStore:
    """The records of jobs and their indexes.

    What was deleted is in none of the indexes that people read, and is not found by `get` and `get_many`; who ends it,
    or counts what it holds, reads it by `get_any`, `placed` and `deleting`.
    """

    scripts: Scripts
    events_max: int

    def submit(self, job: Job, message: str, idempotency: Idempotency | None = None) -> str:
        """Write a new job; returns its id, or the earlier job's id when this request was made before.

        Raises JobIdTaken, IdempotencyConflict when the key came with another body, and InvalidInput when a data set
        that it names by content was deleted meanwhile.
        """
        names = [*keys.of(job.id).arrow, keys.of(job.id).index, keys.JOBS_SEQUENCE]
        names.append(keys.idempotency(idempotency.key_hash) if idempotency else "")
        names.append(keys.DEPLOYMENTS_AFTER if job.spec.then_deploy is not None else "")
        names += [keys.LEASES_KEPT, keys.PROJECTS]
        given = given_data(job.spec)
        for _, dataset in given:
            names += [keys.dataset_content(dataset.file_name), keys.dataset_content_jobs(dataset.file_name)]
        word, *rest = self.scripts.call("submit_job", names, self._submit_args(job, message, idempotency))
        match Outcome(word):
            case Outcome.DATASET_GONE:
                raise _dataset_gone(given[int(rest[0])][0])
            case Outcome.TAKEN:
                raise JobIdTaken(f"there is a job with the id '{job.id}' already", job_id=job.id)
            case Outcome.LEAVING:
                text = (
                    f"the id '{job.id}' is that of a deleted job whose processes are being ended; it is free after that"
                )
                raise JobIdTaken(text, job_id=job.id)
            case Outcome.REUSED:
                text = f"this Idempotency-Key came with another body before, and made job '{rest[0]}'"
                raise IdempotencyConflict(text, job_id=rest[0])
            case Outcome.REPLAYED:
                return str(rest[0])
        return job.id

    def hold(self, job_id: str, message: str) -> Outcome:
        """Take it out of the queue and keep it pending."""
        return Outcome(self.scripts.call("hold_job", keys.of(job_id).arrow, ["", self.events_max, message]))

    def release(self, job_id: str, message: str) -> Outcome:
        """Let a held job wait again."""
        return Outcome(self.scripts.call("release_job", keys.of(job_id).arrow, ["", self.events_max, message]))

    def reprioritise(self, job_id: str, priority: int, message: str, revision: int | None = None) -> Outcome:
        """Change a waiting job's priority in place: OK, MISSING, MOVED_ON or STALE_REVISION."""
        names = [*keys.of(job_id).story, keys.of(job_id).waiting]
        args = ["", self.events_max, priority, "" if revision is None else revision, message]
        return Outcome(self.scripts.call("reprioritise_job", names, args))

    def note_final(self, job_id: str, kind: str, message: str, *, deploy_job_id: str = "") -> Outcome:
        """Write an event of a job that has ended, which is no arrow, and what was deployed of it: OK or MISSING."""
        args = ["", self.events_max, kind, message, deploy_job_id]
        return Outcome(self.scripts.call("note_final", keys.of(job_id).story, args))

    def cancel(self, job_id: str, message: str, reason: Reason = Reason.CANCELLED_BY_USER) -> Outcome:
        """Take the wish to cancel a job, or to stop a deployment: REQUESTED (its node ends it), MISSING, or its end.

        That is CANCELLED, STOPPED, COMPLETED or FAILED, be it from now or from before.
        """
        names = keys.of(job_id)
        args = ["", self.events_max, reason, message, *ended_by_user(names.kind)]
        return Outcome(self.scripts.call("cancel_job", names.arrow, args))

    def hide(self, job: Job, message: str, removal_asked_by: str = "") -> Outcome:
        """Take the wish to delete: nobody sees it from now on. MISSING, REQUESTED (its node ends it), or its end.

        Forget it (`delete`) when it has ended. Where somebody wants its files removed, whoever forgets it sees to that.
        """
        names = [*keys.of(job.id).arrow, keys.of(job.id).index, keys.JOBS_DELETING, keys.PROJECTS]
        args = ["", self.events_max, Reason.CANCELLED_BY_USER, message]
        args += [*ended_by_user(job.spec.kind), removal_asked_by, job.spec.kind]
        if name := job.spec.model_name:
            names += [keys.model(name), keys.model_deployments(name), keys.MODELS]
            args.append(name)
        return Outcome(self.scripts.call("hide_job", names, args))

    def delete(self, job_id: str, chore: Chore | None = None, nodes: Collection[str] = ()) -> Outcome:
        """Forget a final job, and leave tombstones: OK, MISSING or NOT_FINAL. With it each node gets the chore."""
        chores = [keys.node_chores(name) for name in nodes] if chore else []
        while True:
            outcome = self._delete(job_id, chores, dump_chore(chore) if chore else "")
            if outcome is not Outcome.MOVED_ON:
                return outcome

    def _delete(self, job_id: str, chores: list[str], chore: str) -> Outcome:
        of = keys.of(job_id)
        attempts, task_id, past = self.scripts.command("hmget", of.record, "attempt", "task_id", "past_task_ids")
        tasks = f"{past or ''}{task_id or ''}"
        tombstones = [keys.tombstone(task) for task in tasks.split(",")]
        names = [of.record, of.index, of.by_state, keys.JOBS_DELETING, keys.ENDED, keys.PROJECTS]
        names += [*tombstones, *chores, *of.below(int(attempts or 0))]
        args = [tasks, len(tombstones), TOMBSTONE_DAYS * 86_400_000, len(chores), chore, of.kind]
        return Outcome(self.scripts.call("delete_job", names, args))

    def get(self, job_id: str) -> Job:
        """The job of that id, unless it was deleted. Raises JobNotFound."""
        job = self.get_any(job_id)
        if job.deleted_at is not None:
            raise _not_found(job_id)
        return job

    def get_any(self, job_id: str) -> Job:
        """The job of that id, also when it was deleted and has not been proved dead. Raises JobNotFound."""
        record = self.scripts.command("hgetall", keys.of(job_id).record)
        if not is_whole(record):
            raise _not_found(job_id)
        return load_job(record)

    def get_many(self, job_ids: Iterable[str]) -> list[Job]:
        """The jobs that exist of these ids and were not deleted, in the same order, in one round trip."""
        return read_jobs(self.scripts.client, job_ids)

    def placed(self) -> list[Job]:
        """The jobs that hold leases, those that were deleted included."""
        ids = sorted(self.scripts.command("smembers", keys.JOBS_PLACED))
        return read_any_jobs(self.scripts.client, ids)

    def deleting(self) -> list[Job]:
        """The jobs that were deleted and are not forgotten: most of them have not ended yet. The oldest wish first."""
        ids = self.scripts.command("zrange", keys.JOBS_DELETING, 0, -1)
        return read_any_jobs(self.scripts.client, ids)

    def _submit_args(self, job: Job, message: str, idempotency: Idempotency | None) -> list[Any]:
        body_hash = idempotency.body_hash if idempotency else ""
        keep_ms = idempotency.keep_hours * 3_600_000 if idempotency else 0
        head = ["", self.events_max, job.id, job.state, int(job.held), job.priority, message, body_hash, keep_ms]
        head += [job.project, job.spec.kind]
        return [*head, "spec", dump_spec(job.spec), "task_id", job.task_id, "owner", job.owner, "reason", job.reason]


def _not_found(job_id: str) -> JobNotFound:
    return JobNotFound(f"there is no job '{job_id}'", job_id=job_id)


def _dataset_gone(field: str) -> InvalidInput:
    text = "this data set was deleted just now; upload it again"
    return InvalidInput(FieldProblem(field, Reason.DATA_NOT_FOUND, text))
