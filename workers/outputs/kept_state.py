"""Tells whether a full training keeps a checkpoint to go on from: its launcher finds out what fits on the disk."""

from common.errors import StoreUnavailable
from common.store.outcomes import Outcome
from common.swift.programs.training import facts
from workers.attempts.attempt import Attempt
from workers.outputs.rows import attempt_facts

_TOLD = "state_told"
_GIB = 1024**3


class StateWatch:
    """Of one training; adapters are always kept, and nothing is told of them."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._told = attempt.folder.record().get(_TOLD)

    def look(self) -> None:
        """Called every moment. Not patiently: it looks again."""
        state = facts.read(attempt_facts(self._attempt.folder), facts.STATE)
        if not isinstance(state, dict) or state.get("kept") == self._told:
            return
        attempt, text = self._attempt, _words(state)
        try:
            outcome = attempt.node.store.attempts.note(attempt.job.id, attempt.number, "resume", text)
        except StoreUnavailable:
            return
        if outcome is Outcome.OK:
            self._told = state.get("kept")
            attempt.folder.note(**{_TOLD: self._told})


def _words(state: dict[str, object]) -> str:
    if state.get("kept"):
        return "keeps a checkpoint to go on from: the optimizer's state fits on the disk"
    needed, free = (float(str(state.get(name, 0))) / _GIB for name in ("needed_bytes", "free_bytes"))
    return (
        f"keeps no checkpoint to go on from: that takes up to {needed:.1f} GiB, and the disk has {free:.1f} GiB free; "
        "another attempt would start anew"
    )
