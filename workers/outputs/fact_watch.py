"""The watch on one fact of a training: what its launcher wrote is told to the store, and told again when it changed."""

import time
from abc import ABC, abstractmethod
from functools import partial
from typing import Generic, TypeVar

from common.errors import StoreUnavailable
from common.store.outcomes import Outcome
from workers.attempts.attempt import Attempt

T = TypeVar("T")

LOOK_SECONDS = 2.0


class FactWatch(ABC, Generic[T]):
    """Of one training, from its first process to its end; `told` is what an earlier worker told of it."""

    def __init__(self, attempt: Attempt, told: T | None = None) -> None:
        self._attempt = attempt
        self._told = told
        self._look_at = 0.0

    def look(self) -> None:
        """Called every moment; looks when it is time to. Not patiently: it looks again."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        found = self._found()
        if found is None or found == self._told or not self._is_due(found):
            return
        try:
            if self._note(found) is Outcome.OK:
                self._told = found
        except StoreUnavailable:
            return

    def tell(self) -> None:
        """Say what there is in the end. Raises Detached or Estranged."""
        found = self._found()
        if found is not None and found != self._told:
            self._attempt.tell(partial(self._note, found))
            self._told = found

    @abstractmethod
    def _found(self) -> T | None:
        """What is there now; None where nothing is, or nothing that can be read."""

    @abstractmethod
    def _note(self, found: T) -> Outcome:
        """Write it to the record."""

    def _is_due(self, _found: T) -> bool:
        """Whether it is told before the end."""
        return True
