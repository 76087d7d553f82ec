"""Tells whether a full training keeps a checkpoint to go on from: its launcher finds out what fits on the disk."""

from dataclasses import dataclass, field

from common.store.outcomes import Outcome
from common.swift.estimate.memory import size_in_words
from common.swift.programs.training import facts
from workers.attempts.attempt import Attempt
from workers.outputs.fact_watch import FactWatch
from workers.outputs.rows import attempt_facts

_TOLD = "state_told"


@dataclass(frozen=True, slots=True)
class State:
    """Whether one is kept; the numbers behind that are told, and no change of their own."""

    kept: bool
    needed_bytes: float = field(default=0.0, compare=False)
    free_bytes: float = field(default=0.0, compare=False)


class StateWatch(FactWatch[State]):
    """Adapters are always kept, and nothing is told of them."""

    def __init__(self, attempt: Attempt) -> None:
        told = attempt.folder.record().get(_TOLD)
        super().__init__(attempt, None if told is None else State(bool(told)))

    def _found(self) -> State | None:
        content = facts.read(attempt_facts(self._attempt.folder), facts.STATE)
        try:
            return State(bool(content["kept"]), float(content["needed_bytes"]), float(content["free_bytes"]))
        except (KeyError, TypeError, ValueError):
            return None

    def _note(self, found: State) -> Outcome:
        attempt = self._attempt
        outcome = attempt.node.store.attempts.note(attempt.job.id, attempt.number, "resume", _words(found))
        if outcome is Outcome.OK:
            attempt.folder.note(**{_TOLD: found.kept})
        return outcome


def _words(state: State) -> str:
    if state.kept:
        return "keeps a checkpoint to go on from: the optimizer's state fits on the disk"
    needed, free = size_in_words(state.needed_bytes), size_in_words(state.free_bytes)
    return (
        f"keeps no checkpoint to go on from: that takes up to {needed}, and the disk has {free} free; "
        "another attempt would start anew"
    )
