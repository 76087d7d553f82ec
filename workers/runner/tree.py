"""The process tree of an attempt, everything that belongs to it: by descent, by a marker in the environment, by its
control group.
"""

from collections.abc import Collection, Iterable, Mapping

from workers.runner.process_table import PROC, Process

MARKER = "SWIFT_TRAINER_ATTEMPT"
# A runner's own: it is no part of its tree, and has to be the last to go.
RUNNER_MARKER = "SWIFT_TRAINER_RUNNER"


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


def marked(pids: Iterable[int], job_id: str, attempt: int, marker: str = MARKER) -> set[int]:
    """Those of the pids that carry the attempt's marker; processes of other users cannot be looked into."""
    wanted = f"{marker}={marker_value(job_id, attempt)}".encode()
    return {pid for pid in pids if wanted in _read(pid, "environ").split(b"\0")}


def grouped(pids: Iterable[int], name: str) -> set[int]:
    """Those of the pids that are in a control group of this name, or in one below it, wherever it is."""
    wanted = f"/{name}/".encode()
    return {pid for pid in pids if any(wanted in line + b"/" for line in _read(pid, "cgroup").splitlines())}


def _read(pid: int, name: str) -> bytes:
    try:
        with open(f"{PROC}/{pid}/{name}", "rb") as file:  # noqa: PTH123 - as in process_table
            return file.read()
    except OSError:
        return b""
