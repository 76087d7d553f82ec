"""Refusals by nodes: what those said that could not run a job; each is not asked again, until its worker is another one
or a user starts the job again.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from common.reasons import Reason

NAMED_MAX = 5


@dataclass(frozen=True, slots=True)
class Refusal:
    """One node's: which worker of it refused, before anything was started, and why."""

    node: str
    instance: str
    session: int
    reason: str
    message: str


def load_refusals(text: str) -> tuple[Refusal, ...]:
    """Of a record's field, in the order in which they were made."""
    return tuple(Refusal(**fields) for fields in json.loads(text)) if text else ()


def dump_refusals(refusals: Sequence[Refusal]) -> str:
    return json.dumps([asdict(refusal) for refusal in refusals], ensure_ascii=False)


def with_refusal(refusals: Sequence[Refusal], latest: Refusal) -> tuple[Refusal, ...]:
    """What a node said before does not count any more."""
    return (*(refusal for refusal in refusals if refusal.node != latest.node), latest)


def first_reason(refusals: Sequence[Refusal]) -> Reason:
    """The reason to fail for: the one that all gave, or else the first."""
    return Reason(refusals[0].reason)


def listed(refusals: Sequence[Refusal], most: int) -> str:
    """gpu-1: model_path: '/m' does not exist | and 2 more"""
    said = [f"{refusal.node}: {refusal.message}" for refusal in refusals[:most]]
    if len(refusals) > most:
        said.append(f"and {len(refusals) - most} more")
    return " | ".join(said)


def told(refusals: Sequence[Refusal], not_asked: Collection[str]) -> str:
    """Why a job failed that every node refused; `not_asked` are those that suit it and are not there, with why.

    With one node only it is what that said, as it said it.
    """
    text = refusals[0].message
    if len(refusals) > 1:
        text = f"every node that could run it refused it: {listed(refusals, NAMED_MAX)}"
    missing = sorted(not_asked)
    return f"{text}; these were not asked: {', '.join(missing[:NAMED_MAX])}" if missing else text
