"""Recovery of a lost store: what a node's disk remembers of its attempts, and how it is told to a store that was
emptied or is an older copy.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.clock import from_ms, redis_ms
from common.deployments import Serving, Target
from common.states import PLACED, WAITING
from common.store import keys
from common.store.connection import translated_errors
from common.store.outcomes import Outcome
from common.store.scripts import Scripts, flat_of
from common.store.spec_record import load_spec
from common.swift.inputs.sets.named import given_data

# What only this store knows: how many metrics it was told of, and which attempts it was warned of.
_NOT_KEPT = frozenset({"metrics_total", "attempt_floor", "recovered_at_ms"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What a node keeps of an attempt: the job's record and, of a deployment, its model's, as they lie in Redis."""

    job_id: str
    task_id: str
    attempt: int
    record: dict[str, str]
    model: dict[str, str]
    read_at_ms: int = 0

    @property
    def created_at_ms(self) -> str:
        return self.record.get("created_at_ms", "")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who keeps it: a node, by its disk's instance. `gpu_memory_mib` is what each of the attempt's GPUs has."""

    node: str
    instance: str
    gpu_memory_mib: int


@dataclass(frozen=True, slots=True)
class RecoveryStore:
    """Reading what is worth keeping, and writing it back."""

    scripts: Scripts
    events_max: int

    def read(self, job_id: str) -> tuple[dict[str, str], dict[str, str], int]:
        """The record of a job, that of its model when it is a deployment, and when they were read."""
        with translated_errors(), self.scripts.client.pipeline(transaction=True) as pipe:
            pipe.hgetall(keys.of(job_id).record)
            pipe.time()
            record, (seconds, microseconds) = pipe.execute()
        record = {name: value for name, value in record.items() if name not in _NOT_KEPT}
        name = _model_name(record)
        return record, self._model(name) if name else {}, redis_ms(seconds, microseconds)

    def recover(self, kept: Kept, asker: Asker, message: str) -> Outcome:
        """Register the attempt on this node again: RECOVERED, OK when it is known, UNWANTED, or why it cannot be.

        That is LEASE_TAKEN, OTHER_JOB or MISSING.
        """
        job_id, record = kept.job_id, kept.record
        spec = load_spec(record["spec"]) if record.get("spec") else None
        names = [*keys.of(job_id).arrow, keys.of(job_id).index, keys.LEASES, keys.JOBS_SEQUENCE, keys.JOBS_RECOVERED]
        names += [keys.tombstone(kept.task_id), keys.SCHEDULER_BELL]
        names.append(keys.DEPLOYMENTS_AFTER if spec and spec.then_deploy is not None else "")
        names += [keys.JOBS_DELETING, keys.PROJECTS]
        given = given_data(spec) if spec else []
        names += [keys.dataset_content_jobs(dataset.file_name) for _, dataset in given]
        serving = spec.work if spec and isinstance(spec.work, Serving) else None
        share_mib = spec.share_mib if spec else 0
        args = ["", self.events_max, job_id, kept.attempt, asker.node, asker.instance]
        args += [share_mib, asker.gpu_memory_mib, message, keys.of(job_id).kind]
        fields = {**record, "task_id": kept.task_id}
        flat = flat_of(fields)
        outcome = Outcome(self.scripts.call("recover_job", names, [*args, *flat]))
        if outcome in {Outcome.OK, Outcome.RECOVERED} and serving:
            self._recover_model(kept, serving)
        return outcome

    def raise_attempt(self, job_id: str, task_id: str, created_at_ms: str, attempt: int) -> Outcome:
        """Let the job's next attempt be numbered behind this one: OK, MISSING or OTHER_JOB."""
        return Outcome(self.scripts.call("raise_attempt", [keys.of(job_id).record], [task_id, created_at_ms, attempt]))

    def recovered(self) -> list[tuple[str, datetime]]:
        """The ids of jobs that a node registered again, and when, newest first; bounded."""
        with translated_errors():
            found = self.scripts.client.zrevrange(keys.JOBS_RECOVERED, 0, -1, withscores=True)
        return [(job_id, from_ms(int(score))) for job_id, score in found]

    def not_final(self) -> list[str]:
        """The ids of all jobs and deployments that wait or are placed, those that were deleted meanwhile included."""
        found = []
        with translated_errors():
            for index in keys.INDEX_BY_STATE.values():
                for state in (*WAITING, *PLACED):
                    found += self.scripts.client.zrangebylex(index, f"[{state}:", f"({state};")
            deleted = self.scripts.client.zrange(keys.JOBS_DELETING, 0, -1)
        return [*(member.split(":", 2)[2] for member in found), *deleted]

    def _recover_model(self, kept: Kept, serving: Serving) -> None:
        if serving.target is not Target.LOCAL:
            return
        name = serving.name
        names = [keys.model(name), keys.model_deployments(name), keys.MODELS, keys.DEPLOYMENTS_BELL]
        names += [keys.of(kept.job_id).record, keys.PROJECTS]
        flat = flat_of(kept.model)
        self.scripts.call("recover_model", names, [name, serving.version, kept.job_id, kept.read_at_ms, *flat])

    def _model(self, name: str) -> dict[str, Any]:
        with translated_errors():
            return dict(self.scripts.client.hgetall(keys.model(name)))


def _model_name(record: dict[str, str]) -> str:
    return load_spec(record["spec"]).model_name if record.get("spec") else ""
