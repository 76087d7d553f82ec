"""Platforms beyond this service's own nodes, behind one small protocol; when a deployment is brought there, looked at
or removed is decided in deploy/on_platforms.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from common.jobs import Job
from common.secret import Secret


class PlatformProblem(Exception):
    """The platform refused, or is not there; the text says what to do.

    `is_final` tells trouble that stays, such as an invalid request, from trouble that may pass.
    """

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message)
        self.message = message
        self.is_final = is_final


class Health(StrEnum):
    """What a platform says of a deployment."""

    ABSENT = "absent"
    STARTING = "starting"
    READY = "ready"
    UNHEALTHY = "unhealthy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Observation:
    """How a deployment is on its platform now. `base_url` ends before `/v1`; empty while there is none.

    `message` is a sentence for the user: why it waits, what failed. `ready_replicas` of `replicas` answer.
    """

    health: Health
    message: str = ""
    base_url: str = ""
    ready_replicas: int = 0
    replicas: int = 0


class Platform(Protocol):
    """A platform. Every verb may be repeated: it asks for an end state, not for a step.

    All raise PlatformProblem. `job` is a deployment, `api_key` is the server's key.
    """

    def apply(self, job: Job, api_key: Secret) -> None:
        """Make the platform's objects be as the job wants them; repairs what drifted."""

    def observe(self, job: Job) -> Observation:
        """How it is now."""

    def logs(self, job: Job, lines: int) -> list[str]:
        """The newest lines that its servers wrote, oldest first."""

    def delete(self, job: Job) -> bool:
        """Remove everything that `apply` made; True when nothing is left."""
