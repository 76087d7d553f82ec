"""Everything that belongs to an attempt: by descent and by a marker in the environment."""

from collections.abc import Collection, Iterable, Mapping

from workers.runner.process_table import PROC, Process

MARKER = "SWIFT_TRAINER_ATTEMPT"


def marker_value(job_id: str, attempt: int) -> str:
    """What MARKER holds in every process of the attempt that kept its environment."""
    return f"{job_id}:{attempt}"


def descendants(table: Mapping[int, Process], roots: Collection[int]) -> set[int]:
    """Children of the roots, their children, and so on; without the roots."""
    children: dict[int, list[int]] = {}
    for process in table.values():
        children.setdefault(process.parent, []).append(process.pid)
    found: set[int] = set()
    to_visit = list(roots)
    while to_visit:
        fresh = [pid for pid in children.get(to_visit.pop(), ()) if pid not in found]
        found.update(fresh)
        to_visit.extend(fresh)
    return found - set(roots)


def marked(pids: Iterable[int], job_id: str, attempt: int) -> set[int]:
    """Those of the pids that carry the attempt's marker; processes of other users cannot be looked into."""
    wanted = f"{MARKER}={marker_value(job_id, attempt)}".encode()
    return {pid for pid in pids if wanted in _environment(pid)}


def _environment(pid: int) -> list[bytes]:
    try:
        return (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
