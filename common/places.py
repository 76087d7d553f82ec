"""Where a job is placed: on one node of ours, or on several, with the GPUs that it has on each."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One node of a job: its name, its boot, its disk (`instance`, common.nodes) when the job came, its GPUs by uuid.

    A deployment beyond our nodes has one place, which has the name of the platform and nothing else.
    """

    node: str
    boot_id: str = ""
    instance: str = ""
    gpu_ids: tuple[str, ...] = ()


# Of a job that is placed and names no node: it is on one that nobody knows, and that nobody speaks for.
UNKNOWN = (Place(""),)


def names_of(places: Iterable[Place]) -> str:
    """The nodes' names, for people."""
    return ", ".join(place.node for place in places)
