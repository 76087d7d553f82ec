"""Which ports the processes of an attempt listen on: what the system says, not what a log says."""

from collections.abc import Collection, Iterable

import psutil

from workers.runner import process_table, tree
from workers.runner_control import find_tree


def listening_ports(mark: str, attempt: int, roots: Collection[int] = ()) -> frozenset[int]:
    """The TCP ports, on whatever address. `mark` is the attempt folder's.

    `roots` are pids of the attempt that are known besides (RunnerInfo.processes): where processes cannot be found by
    their environment, as outside Linux, they and their descendants are all there is.
    """
    pids = {*find_tree(mark, attempt), *roots}
    if roots:
        pids |= tree.descendants(process_table.snapshot(), roots)
    return ports_of(pids)


def ports_of(pids: Collection[int]) -> frozenset[int]:
    """The TCP ports that these processes themselves listen on."""
    return frozenset(port for pid in pids for port in _ports_of(pid))


def _ports_of(pid: int) -> Iterable[int]:
    try:
        connections = psutil.Process(pid).net_connections(kind="tcp")
    except (psutil.Error, OSError):  # it has just ended
        return ()
    return [connection.laddr.port for connection in connections if connection.status == psutil.CONN_LISTEN]
