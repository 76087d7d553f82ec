"""Judging silent nodes (failure detection): decides, purely, which are lost: not those that had no chance to speak, and
not most of them at once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from common.nodes import GONE, LOST, Node

# When most nodes fall silent together it is the network, or Redis: for so many TTLs nobody is judged.
TTLS_OF_MANY = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """`lost` are the names of nodes that are given up now; `withheld` of those that would be, were they not so many."""

    lost: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()


def judge(nodes: Collection[Node], answers_since: datetime, now: datetime, ttl_seconds: float) -> Judgement:
    """Which nodes have been silent for the TTL, in which Redis answered all the while.

    `answers_since` is when Redis last came back, or this scheduler began to ask: earlier silence tells nothing. Those
    that said goodbye, or were declared lost, do not count among the many: nobody waits for them to speak.
    """
    silence = {node.name: silent_seconds(node, answers_since, now) for node in nodes}
    silent = {name for name, seconds in silence.items() if seconds >= ttl_seconds}
    settled = {name for name in silent if silence[name] >= TTLS_OF_MANY * ttl_seconds}
    expected = {node.name for node in nodes if node.state not in {GONE, LOST}} - settled
    missing = (silent & expected) - settled
    if len(expected) >= 2 and 2 * len(missing) > len(expected):
        return Judgement(frozenset(silent - missing), frozenset(missing))
    return Judgement(frozenset(silent))


def silent_seconds(node: Node, answers_since: datetime, now: datetime) -> float:
    """For how long a node could have spoken and did not."""
    return (now - max(node.heartbeat_at, answers_since)).total_seconds()
