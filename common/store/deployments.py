"""What is done to deployments alone: publish, restart, reopen, change what one asks for."""

from dataclasses import dataclass, replace

from common.errors import IdempotencyConflict
from common.ids import new_task_id
from common.job_specs import JobSpec
from common.jobs import Job
from common.models import STARTED_AGAIN
from common.reasons import Reason
from common.store import keys
from common.store.idempotency import Idempotency
from common.store.outcomes import Outcome
from common.store.scripts import Scripts
from common.store.spec_record import dump_spec


@dataclass(frozen=True, slots=True)
class DeploymentStore:
    """Arrows that only deployments have, and changes of what they ask for."""

    scripts: Scripts
    events_max: int

    def made_before(self, idempotency: Idempotency | None) -> str:
        """The id that an earlier request with this key was given; empty for a new one. Raises IdempotencyConflict."""
        if idempotency is None:
            return ""
        job_id, body_hash = self.scripts.command("hmget", keys.idempotency(idempotency.key_hash), "job_id", "body_hash")
        if job_id and body_hash != idempotency.body_hash:
            text = f"this Idempotency-Key came with another body before, and made job '{job_id}'"
            raise IdempotencyConflict(text, job_id=job_id)
        return job_id or ""

    def ready(self, job_id: str, attempt: int, *, name: str, version: str, endpoint: str, message: str) -> Outcome:
        """Publish the endpoint of an attempt that answers; its version takes over when it is the wanted one."""
        names = [*keys.of(job_id).arrow, keys.model(name), keys.DEPLOYMENTS_BELL]
        takes_over = f"version {version} answers for model {name} from now on"
        args = ["", self.events_max, attempt, endpoint, version, message, takes_over]
        return Outcome(self.scripts.call("ready_job", names, args))

    def restart(self, job_id: str, attempt: int, reason: Reason, message: str, restarts: int) -> Outcome:
        """Note that its server ended and is started again in the same place."""
        args = ["", self.events_max, attempt, reason, message, restarts]
        return Outcome(self.scripts.call("restart_job", keys.of(job_id).arrow, args))

    def reopen(self, job_id: str, message: str) -> Outcome:
        """Let one that was stopped or failed wait again: OK, MISSING or MOVED_ON."""
        return self._reopen(job_id, message)

    def reopen_as_asked(self, job_id: str, model: str) -> Outcome:
        """The same for one that `start_again` was called for, and then forget that; MOVED_ON when it was taken back."""
        return self._reopen(job_id, STARTED_AGAIN, keys.model(model))

    def ask_for_port(self, job: Job, port: int, message: str) -> Outcome:
        """Change the port that one which does not run asks for: OK, MISSING or MOVED_ON."""
        spec = replace(job.spec, work=replace(job.spec.serving, port=port))
        return self._respec(job.id, spec, message, placed=0)

    def scale(self, job: Job, replicas: int, message: str, revision: int | None = None) -> Outcome:
        """Change how many servers a platform runs for it: OK, MISSING or MOVED_ON when it is on our nodes.

        STALE_REVISION when it does not have that revision any more.
        """
        if job.needs_node:
            return Outcome.MOVED_ON
        spec = replace(job.spec, work=replace(job.spec.serving, replicas=replicas))
        return self._respec(job.id, spec, message, placed=1, revision=revision)

    def _reopen(self, job_id: str, message: str, *model: str) -> Outcome:
        args = ["", self.events_max, new_task_id(), message]
        return Outcome(self.scripts.call("reopen_job", [*keys.of(job_id).arrow, *model], args))

    def _respec(self, job_id: str, spec: JobSpec, message: str, *, placed: int, revision: int | None = None) -> Outcome:
        args = ["", self.events_max, dump_spec(spec), message, placed, "" if revision is None else revision]
        return Outcome(self.scripts.call("respec_job", keys.of(job_id).story, args))
