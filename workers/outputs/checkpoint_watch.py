"""Tells the store which checkpoints a training has, while it runs and when it ends: the API does not see this disk."""

import time
from dataclasses import replace
from pathlib import Path

from common.checkpoints import Checkpoint
from common.errors import StoreUnavailable
from common.store.checkpoints import SavedCheckpoints
from common.store.outcomes import Outcome
from workers.attempts.attempt import Attempt
from workers.outputs.saved import described, saved_folders, whole_checkpoints
from workers.swift.artefacts import can_go_on_from, read_trainer_state

LOOK_SECONDS = 2.0
# A store that forgot the job and was told it again hears of its checkpoints, too.
AGAIN_SECONDS = 60.0
# Of more, the oldest are left out, but for the best one.
LISTED_MAX = 200


class CheckpointWatch:
    """Of one training, from its first process to its end. Each checkpoint is read once: it does not change any more."""

    def __init__(self, attempt: Attempt, output: Path) -> None:
        self._attempt = attempt
        self._output = output
        self._known: dict[str, Checkpoint] = {}
        self._best = ""
        self._told: frozenset[str] = frozenset()
        self._look_at = 0.0
        self._tell_at = 0.0

    def look(self) -> None:
        """Called every moment; looks when it is time to, and tells what changed. Not patiently: it looks again."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        self._read()
        if self._known.keys() == self._told and (now < self._tell_at or not self._known):
            return
        try:
            if self._report() is Outcome.OK:
                self._told, self._tell_at = frozenset(self._known), now + AGAIN_SECONDS
        except StoreUnavailable:
            return

    def tell(self) -> None:
        """Say what there is in the end. Raises Detached or Estranged."""
        self._read()
        if self._known or self._told:
            self._attempt.tell(self._report)

    def _read(self) -> None:
        there = {path.name for path in saved_folders(self._output)}
        known = {name: checkpoint for name, checkpoint in self._known.items() if name in there}
        fresh = whole_checkpoints(self._output, but=known)
        if fresh:
            state = read_trainer_state(fresh[-1])
            self._best = state.best if state else self._best
        self._known = known | described(fresh, self._attempt.number, self._attempt.node.name)

    def _report(self) -> Outcome:
        attempt = self._attempt
        return attempt.node.store.checkpoints.report(attempt.job.id, attempt.number, self._listed())

    def _listed(self) -> SavedCheckpoints:
        every = sorted(self._known.values(), key=lambda checkpoint: checkpoint.step)
        best = [checkpoint for checkpoint in every[:-LISTED_MAX] if checkpoint.path == self._best]
        # The one state that is kept is the newest checkpoint's: the one before had it when it was read.
        listed = tuple(
            replace(checkpoint, resumable=can_go_on_from(self._output / checkpoint.name))
            for checkpoint in (*best, *every[-LISTED_MAX:])
        )
        return SavedCheckpoints(listed, self._best, len(every) - len(listed))
