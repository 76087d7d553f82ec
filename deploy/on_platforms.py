"""Deployments on platforms beyond our nodes: brought there, looked at, repaired, removed."""

import time

import structlog

from common.clock import now, to_ms
from common.job_specs import JobSpec
from common.jobs import Job, Phase
from common.reasons import Reason
from common.states import JobState, Verb
from common.store.attempts import Report
from common.store.outcomes import Outcome
from deploy.deployer import Deployer
from deploy.platforms import Health, Observation, Platform, PlatformProblem
from deploy.sealing import SealBroken, unseal

log = structlog.get_logger()

LOG_LINES = 200
REPAIR_SECONDS = 60.0


class OnPlatforms:
    """What one deployer remembers of each deployment between two looks: when it was repaired, which lines it saw."""

    def __init__(self, deployer: Deployer) -> None:
        self._deployer = deployer
        self._applied: dict[str, tuple[JobSpec, float]] = {}
        self._seen_lines: dict[str, list[str]] = {}

    def look(self) -> None:
        """Take what waits, and look once at all that is there."""
        store = self._deployer.store
        for job in store.jobs.get_many(store.deployer.waiting_for_platforms()):
            self._take(job)
        for job in store.jobs.placed():
            if not job.needs_node:
                self._look_at(job)

    def _take(self, job: Job) -> None:
        target = str(job.spec.serving.target)
        outcome, attempt = self._deployer.store.deployer.take(job.id, target, f"goes to {target}")
        if outcome is Outcome.OK:
            log.info("deployment_taken", job_id=job.id, attempt=attempt, target=target)

    def _look_at(self, job: Job) -> None:
        platform = self._deployer.platform(job.spec.serving.target)
        try:
            if job.cancel_requested_at is not None:
                self._remove(platform, job)
            else:
                self._keep(platform, job)
        except (PlatformProblem, SealBroken) as problem:
            self._trouble(job, problem)

    def _remove(self, platform: Platform, job: Job) -> None:
        if platform.delete(job):
            self._forget(job)
            reason = Reason(job.cancel_reason or Reason.CANCELLED_BY_USER)
            message, name = "stopped; nothing of it is left on its platform", job.spec.serving.name
            self._deployer.store.attempts.end(job.id, job.attempt, Verb.STOP, reason, message, of_model=name)

    def _keep(self, platform: Platform, job: Job) -> None:
        if job.state is JobState.ASSIGNED or self._is_due(job):
            platform.apply(job, unseal(self._deployer.settings, job.spec.serving.sealed_api_key))
            self._applied[job.id] = (job.spec, time.monotonic())
        if job.state is JobState.ASSIGNED:
            message = f"its objects are made on {job.node}"
            self._deployer.store.attempts.start(job.id, job.attempt, 0, "", message, phase=Phase.SERVE)
        seen = platform.observe(job)
        self._ship_log(platform, job)
        self._judge(platform, job, seen)

    def _is_due(self, job: Job) -> bool:
        """What was scaled is applied at once, what drifted is repaired now and then, both by a deployer that is new."""
        spec, applied_at = self._applied.get(job.id, (None, 0.0))
        return spec != job.spec or time.monotonic() - applied_at >= REPAIR_SECONDS

    def _judge(self, platform: Platform, job: Job, seen: Observation) -> None:
        match seen.health:
            case Health.READY:
                self._publish(job, seen)
            case Health.FAILED:
                platform.delete(job)
                self._forget(job)
                self._deployer.store.attempts.end(job.id, job.attempt, Verb.FAIL, Reason.PLATFORM_REFUSED, seen.message)
            case Health.ABSENT:
                self._applied.pop(job.id, None)  # somebody removed it: apply again
            case Health.STARTING | Health.UNHEALTHY:
                self._note_unhealthy(job, seen)

    def _publish(self, job: Job, seen: Observation) -> None:
        serving, served, endpoint = job.spec.serving, job.served, f"{seen.base_url}/v1"
        if job.state is JobState.RUNNING and served.unhealthy_since is None and served.endpoint == endpoint:
            return
        message = f"answers as {serving.name} at {endpoint}"
        self._deployer.store.deployments.ready(
            job.id, job.attempt, name=serving.name, version=serving.version, endpoint=endpoint, message=message
        )

    def _note_unhealthy(self, job: Job, seen: Observation) -> None:
        attempts = self._deployer.store.attempts
        if job.state is JobState.RUNNING:
            if job.served.unhealthy_since is None:
                attempts.note(job.id, job.attempt, "unhealthy", seen.message, unhealthy_since_ms=to_ms(now()))
        elif seen.message and seen.message != job.message:
            attempts.note(job.id, job.attempt, "waits", seen.message, message=seen.message)

    def _trouble(self, job: Job, problem: PlatformProblem | SealBroken) -> None:
        text = str(problem)
        if isinstance(problem, PlatformProblem) and problem.is_final:
            self._clear(job)
            self._forget(job)
            self._deployer.store.attempts.end(job.id, job.attempt, Verb.FAIL, Reason.PLATFORM_REFUSED, text)
        elif text != job.message:
            log.warning("platform_trouble", job_id=job.id, error=text)
            self._deployer.store.attempts.note(job.id, job.attempt, "platform_trouble", text, message=text)

    def _clear(self, job: Job) -> None:
        """What was made before the refusal goes, too."""
        try:
            self._deployer.platform(job.spec.serving.target).delete(job)
        except PlatformProblem as problem:
            log.warning("platform_not_cleared", job_id=job.id, error=problem.message)

    def _ship_log(self, platform: Platform, job: Job) -> None:
        lines = platform.logs(job, LOG_LINES)
        fresh = new_lines(self._seen_lines.get(job.id, []), lines)
        if not fresh:
            return
        store = self._deployer.store.attempts
        end = store.report(job.id, job.attempt, Report()).log_end
        chunk = "".join(f"{line}\n" for line in fresh)
        if store.report(job.id, job.attempt, Report(log_from=end, log_chunk=chunk)).outcome is Outcome.OK:
            self._seen_lines[job.id] = lines

    def _forget(self, job: Job) -> None:
        self._applied.pop(job.id, None)
        self._seen_lines.pop(job.id, None)


def new_lines(before: list[str], now_there: list[str]) -> list[str]:
    """The lines that came since: what follows the longest end of `before` that `now_there` begins with."""
    for start in range(max(0, len(before) - len(now_there)), len(before)):
        known = before[start:]
        if now_there[: len(known)] == known:
            return now_there[len(known) :]
    return now_there
