"""How following an attempt can end."""

from dataclasses import dataclass
from enum import StrEnum

from common.reasons import Reason
from common.store.outcomes import Outcome


class EndKind(StrEnum):
    """COMPLETED, FAILED and CANCELLED are the job's; the rest are the follower's."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REQUEUED = "requeued"
    DETACHED = "detached"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True)
class End:
    """How it ended, and why."""

    kind: EndKind
    reason: Reason | None = None
    message: str = ""


DETACHED = End(EndKind.DETACHED, None, "the worker stops; the runner goes on")
ESTRANGED = End(EndKind.DETACHED, None, "it has no place in the store; what runs of it goes on")
UNWANTED = End(EndKind.UNWANTED, None, "the job moved on without this attempt")


class Detached(Exception):
    """The worker is shutting down: let go, and leave the runner alone."""


class Estranged(Exception):
    """The store cannot take the attempt, and nobody wished its end: let go, and leave the runner alone."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(str(outcome))
        self.outcome = outcome


class Unwanted(Exception):
    """The job moved on: nothing of this attempt may stay alive."""
