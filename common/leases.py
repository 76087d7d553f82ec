"""Who holds a GPU or a port, as it is written in the leases.

A holder is `<job id>:<attempt>`. A GPU that is shared has `<job id>:<attempt>=<MiB>` for each, with commas between.
"""

from dataclasses import dataclass

PORT_PREFIX = "port:"


@dataclass(frozen=True, slots=True)
class Holding:
    """One holder's part: `mib` of the GPU's memory, or None for all of it (or for a port)."""

    job_id: str
    attempt: int
    mib: int | None = None


def holdings(value: str) -> tuple[Holding, ...]:
    """The parts that a lease's value names; none when there is no lease."""
    return tuple(_holding(part) for part in value.split(",")) if value else ()


def shared_mib(value: str) -> int | None:
    """How much of a shared GPU is taken, in MiB; None when one holder has all of it."""
    parts = [holding.mib for holding in holdings(value)]
    return None if None in parts else sum(filter(None, parts))


def _holding(part: str) -> Holding:
    holder, _, mib = part.partition("=")
    job_id, _, attempt = holder.rpartition(":")
    return Holding(job_id, int(attempt), int(mib) if mib else None)
