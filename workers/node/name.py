"""Taking a node's name before anything is consumed: a lock on its disk, then a lease in the store.

The lock keeps two workers of one machine from one folder; the lease keeps away everybody else who has the name: another
machine, or another folder on this one.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable
from typing import IO

import structlog

from common.errors import StoreUnavailable
from common.store.nodes import Beat
from common.store.outcomes import Outcome
from workers.node.local import LocalNode

log = structlog.get_logger()

RETRY_SECONDS = 1.0
_WAITS_FOR = {
    None: "store_away",
    Outcome.TAKEN: "waits_for_its_own_earlier_boot",
    Outcome.FENCED: "ends_what_the_lost_node_ran",
}


class NodeTaken(Exception):
    """Another worker speaks for the node."""


def lock_folder(node: LocalNode) -> IO[str]:
    """The lock on the node's folder, held for as long as the file is open. Raises NodeTaken."""
    node.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (node.folder / "worker.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise NodeTaken(f"node {node.name} has a worker already, process {holder}") from exc
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def lease_name(name: str, beat: Callable[[], Beat], ttl_seconds: float, stopped: threading.Event) -> None:
    """Beat until the store has taken it, however long it is away. Raises NodeTaken.

    A machine that was just rebooted waits for its own earlier boot to have been silent for the TTL; for longer only
    somebody waits who shares the disk with another machine.
    """
    until = time.monotonic() + ttl_seconds + RETRY_SECONDS
    told = ""
    while not stopped.is_set():
        asked_at = time.monotonic()  # the answer is of then, however late it comes
        answer = _answer(beat)
        if answer is not None and answer.word is Outcome.OK:
            return
        if answer is not None and answer.word is Outcome.TAKEN and (not answer.is_own or asked_at > until):
            raise NodeTaken(taken_by(name, answer))
        waits_for = _WAITS_FOR[answer.word if answer else None]
        if waits_for != told:
            log.warning(waits_for, node=name, ttl_seconds=ttl_seconds)
            told = waits_for
        stopped.wait(RETRY_SECONDS)


def taken_by(name: str, beat: Beat) -> str:
    """What to tell the one who wanted the name, and the ways out."""
    whose = "another boot of this disk" if beat.is_own else "another DATA_DIR"
    return (
        f"node {name} is spoken for by another worker, on host {beat.holder or 'unknown'} with {whose}: give this one "
        f"another NODE_NAME, or stop that one; if it is gone for good: swt nodes lost {name}"
    )


def _answer(beat: Callable[[], Beat]) -> Beat | None:
    try:
        return beat()
    except StoreUnavailable:
        return None
