"""A model name that clients ask for, and which version of it answers."""

from dataclasses import dataclass
from datetime import datetime

from common.projects import DEFAULT_PROJECT

# Begins the fields of a model's hash that name what is to start again.
AGAIN = "again:"
# And those that name what was deleted and may still live: a name that has nothing else is none.
LEAVING = "leaving:"
STARTED_AGAIN = "started again, as was asked for while it was being stopped"


@dataclass(frozen=True, slots=True)
class Model:
    """`active` answers. `wanted` takes over when it does; until then they differ. `previous` is what a roll-back wants.

    Empty where there is none. `again` are the ids of deployments that are being stopped and are to start again then.
    """

    name: str
    project: str = DEFAULT_PROJECT
    wanted: str = ""
    active: str = ""
    previous: str = ""
    changed_at: datetime | None = None
    again: tuple[str, ...] = ()
