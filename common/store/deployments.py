"""What is done to deployments alone: number, publish, restart, reopen; and the versions of the names they answer to."""

from dataclasses import dataclass, replace
from typing import Any

from common.clock import from_ms
from common.deployments import Target
from common.errors import IdempotencyConflict
from common.ids import deployment_id, new_task_id
from common.jobs import Job, JobSpec
from common.models import AGAIN, LEAVING, STARTED_AGAIN, Model
from common.reasons import Reason
from common.states import JobState, Verb
from common.store import keys
from common.store.connection import translated_errors
from common.store.idempotency import Idempotency
from common.store.outcomes import Outcome
from common.store.scripts import Scripts
from common.store.spec_record import dump_spec


@dataclass(frozen=True, slots=True)
class DeploymentStore:
    """Arrows that only deployments have, and model names."""

    scripts: Scripts
    events_max: int

    def register(
        self, name: str, version: str, target: Target, replicas: int, *, wanted: bool
    ) -> tuple[list[str], str]:
        """Number a deployment that is about to be submitted; returns its replicas' ids and its version.

        With `wanted` its version takes over the name as soon as it answers.
        """
        before_number = deployment_id(name, target, 1).removesuffix("1")
        names = [keys.model(name), keys.model_deployments(name), keys.MODELS]
        number, version = self.scripts.call(
            "register_deployment", names, [name, version, int(wanted), before_number, replicas]
        )
        return [deployment_id(name, target, int(number), replica + 1) for replica in range(replicas)], str(version)

    def made_before(self, idempotency: Idempotency | None) -> str:
        """The id that an earlier request with this key was given; empty for a new one. Raises IdempotencyConflict."""
        if idempotency is None:
            return ""
        job_id, body_hash = self._call("hmget", keys.idempotency(idempotency.key_hash), "job_id", "body_hash")
        if job_id and body_hash != idempotency.body_hash:
            text = f"this Idempotency-Key came with another body before, and made job '{job_id}'"
            raise IdempotencyConflict(text, job_id=job_id)
        return job_id or ""

    def forget(self, name: str, job_id: str) -> None:
        """Take a deployment out of its model; the model goes with its last one."""
        self.scripts.call(
            "forget_deployment", [keys.model(name), keys.model_deployments(name), keys.MODELS], [name, job_id]
        )

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

    def supersede(self, job: Job, message: str) -> Outcome:
        """Ask one to end because another version answers: REQUESTED, its end, MISSING.

        MOVED_ON when its version answers after all, or is the wanted one again.
        """
        names = [*keys.of(job.id).arrow, keys.model(job.spec.serving.name)]
        args = ["", self.events_max, Reason.SUPERSEDED, message, Verb.STOP, JobState.STOPPED, job.spec.serving.version]
        return Outcome(self.scripts.call("cancel_job", names, args))

    def take(self, job_id: str, platform: str, message: str) -> tuple[Outcome, int]:
        """Bring one that waits for a platform beyond our nodes on its way; returns its attempt."""
        args = ["", self.events_max, platform, message]
        word, *attempt = self.scripts.call("take_job", keys.of(job_id).arrow, args)
        return Outcome(word), int(attempt[0]) if attempt else 0

    def want(self, name: str, version: str, job_ids: list[str]) -> bool:
        """Make a version, which these deployments have, the wanted one; True when one of them answers already.

        It has taken over then; otherwise it does as soon as one will.
        """
        names = [keys.model(name), keys.DEPLOYMENTS_BELL, *(keys.of(job_id).record for job_id in job_ids)]
        return bool(self.scripts.call("want_version", names, ["", version]) == "took_over")

    def start_again(self, name: str, job_ids: list[str]) -> None:
        """Remember to start these, which are being stopped, as soon as they have ended."""
        if job_ids:
            self.scripts.call("start_again", [keys.model(name)], job_ids)

    def settle_again(self, name: str, job_ids: list[str]) -> None:
        """Forget that they were to start again."""
        if job_ids:
            self._call("hdel", keys.model(name), *(f"{AGAIN}{job_id}" for job_id in job_ids))

    def model(self, name: str) -> Model | None:
        """The versions of a model name; None when nothing was ever deployed under it."""
        return load_model(name, self._call("hgetall", keys.model(name)))

    def models(self) -> list[Model]:
        """All model names, in alphabetical order."""
        names = self._call("zrange", keys.MODELS, 0, -1)
        with translated_errors(), self.scripts.client.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.hgetall(keys.model(name))
            found = pipe.execute()
        return [model for name, record in zip(names, found, strict=True) if (model := load_model(name, record))]

    def ids_of(self, name: str) -> list[str]:
        """The ids of a model's deployments, oldest first."""
        return list(self._call("zrange", keys.model_deployments(name), 0, -1))

    def waiting_elsewhere(self) -> list[str]:
        """The ids of those that wait to be brought to another platform, best first."""
        return list(self._call("zrange", keys.DEPLOYMENTS_ELSEWHERE, 0, -1))

    def expected(self) -> list[str]:
        """The trainings that asked to be deployed when they are done, and were not yet."""
        return sorted(self._call("smembers", keys.DEPLOYMENTS_AFTER))

    def settle_expected(self, job_id: str) -> None:
        self._call("srem", keys.DEPLOYMENTS_AFTER, job_id)

    def ring(self, who: str) -> None:
        """Let the deployer look at once."""
        with translated_errors(), self.scripts.client.pipeline() as pipe:
            pipe.lpush(keys.DEPLOYMENTS_BELL, who)
            pipe.ltrim(keys.DEPLOYMENTS_BELL, 0, 0)
            pipe.execute()

    def wait_for_bell(self, timeout_seconds: float) -> bool:
        """Wait until something changed; False when the time is over before that."""
        with translated_errors():
            return self.scripts.client.blpop([keys.DEPLOYMENTS_BELL], timeout=timeout_seconds) is not None

    def take_turn(self, token: str, seconds: float) -> bool:
        """Become, or stay, the deployer that acts; for that long unless it is taken again."""
        args = [token, int(seconds * 1000)]
        return bool(self.scripts.repeatable("take_turn", [keys.DEPLOYER_LOCK], args))

    def end_turn(self, token: str) -> None:
        """Let another deployer act at once."""
        self.scripts.repeatable("take_turn", [keys.DEPLOYER_LOCK], [token, 0])

    def _reopen(self, job_id: str, message: str, *model: str) -> Outcome:
        args = ["", self.events_max, new_task_id(), message]
        return Outcome(self.scripts.call("reopen_job", [*keys.of(job_id).arrow, *model], args))

    def _respec(self, job_id: str, spec: JobSpec, message: str, *, placed: int, revision: int | None = None) -> Outcome:
        args = ["", self.events_max, dump_spec(spec), message, placed, "" if revision is None else revision]
        return Outcome(self.scripts.call("respec_job", keys.of(job_id).story, args))

    def _call(self, command: str, *args: Any, **options: Any) -> Any:
        with translated_errors():
            return getattr(self.scripts.client, command)(*args, **options)


def load_model(name: str, record: dict[str, str]) -> Model | None:
    """The Model of a hash as `HGETALL` returns it; None where nothing but what was deleted had it."""
    if all(field == "number" or field.startswith(LEAVING) for field in record):
        return None
    changed_at = record.get("changed_at_ms")
    return Model(
        name=name,
        wanted=record.get("wanted", ""),
        active=record.get("active", ""),
        previous=record.get("previous", ""),
        changed_at=from_ms(int(changed_at)) if changed_at else None,
        again=tuple(sorted(field.removeprefix(AGAIN) for field in record if field.startswith(AGAIN))),
    )
