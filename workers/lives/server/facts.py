"""Facts about a server: what the node knows of a deployment's present server besides its runner's files; kept for the
next worker.
"""

from dataclasses import asdict, dataclass, fields

from common.jobs import Phase
from workers.attempts.folder import AttemptFolder


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """`server` counts the attempt's servers from 1, `restarts` those that count against the budget.

    `ready_at_s` (of the clock) is when the present one first answered, `stopped_because` what its worker saw when it
    ended it; `ever_ready` tells of all servers of the attempt.
    """

    server: int = 1
    restarts: int = 0
    ready_at_s: float | None = None
    stopped_because: str = ""
    ever_ready: bool = False

    @property
    def phase(self) -> str:
        """The name of the present server's phase folder."""
        return f"{Phase.SERVE}-{self.server}"


def facts_of(folder: AttemptFolder) -> ServerFacts:
    """What was noted; of a first server that is only about to start, nothing."""
    record = folder.record()
    known = {field.name for field in fields(ServerFacts)}
    return ServerFacts(**{name: value for name, value in record.items() if name in known})


def note_facts(folder: AttemptFolder, facts: ServerFacts) -> None:
    """Keep them, atomically."""
    folder.note(**asdict(facts))
