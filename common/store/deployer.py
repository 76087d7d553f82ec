"""What the deployer does: takes turns with its like, listens, and brings deployments on their way or to their end."""

from dataclasses import dataclass

from common.jobs import Job
from common.reasons import Reason
from common.states import JobState, Verb
from common.store import keys
from common.store.connection import translated_errors
from common.store.outcomes import Outcome
from common.store.scripts import Scripts


@dataclass(frozen=True, slots=True)
class DeployerStore:
    """Any number of deployers may run; the one whose turn it is acts."""

    scripts: Scripts
    events_max: int

    def take_turn(self, token: str, seconds: float) -> bool:
        """Become, or stay, the deployer that acts; for that long unless it is taken again."""
        args = [token, int(seconds * 1000)]
        return bool(self.scripts.repeatable("take_turn", [keys.DEPLOYER_LOCK], args))

    def end_turn(self, token: str) -> None:
        """Let another deployer act at once."""
        self.scripts.repeatable("take_turn", [keys.DEPLOYER_LOCK], [token, 0])

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

    def waiting_for_platforms(self) -> list[str]:
        """The ids of those that wait to be brought to another platform, best first."""
        return list(self.scripts.command("zrange", keys.DEPLOYMENTS_FOR_PLATFORMS, 0, -1))

    def take(self, job_id: str, platform: str, message: str) -> tuple[Outcome, int]:
        """Bring one that waits for a platform beyond our nodes on its way; returns its attempt."""
        args = ["", self.events_max, platform, message]
        word, *attempt = self.scripts.call("take_job", keys.of(job_id).arrow, args)
        return Outcome(word), int(attempt[0]) if attempt else 0

    def supersede(self, job: Job, message: str) -> Outcome:
        """Ask one to end because another version answers: REQUESTED, its end, MISSING.

        MOVED_ON when its version answers after all, or is the wanted one again.
        """
        names = [*keys.of(job.id).arrow, keys.model(job.spec.serving.name)]
        args = ["", self.events_max, Reason.SUPERSEDED, message, Verb.STOP, JobState.STOPPED, job.spec.serving.version]
        return Outcome(self.scripts.call("cancel_job", names, args))

    def expected(self) -> list[str]:
        """The trainings that asked to be deployed when they are done, and were not yet."""
        return sorted(self.scripts.command("smembers", keys.DEPLOYMENTS_AFTER))

    def settle_expected(self, job_id: str) -> None:
        self.scripts.command("srem", keys.DEPLOYMENTS_AFTER, job_id)
