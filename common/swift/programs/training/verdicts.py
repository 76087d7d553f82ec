"""Verdicts on a training from within: too few of its rows are used, or nothing is learnt from them."""

import math

from . import facts
from .book import TOKENS, Book
from .causes import NOTHING_TO_LEARN
from .orders import Orders

# Words of common.reasons.
DATA_DROPPED, NOTHING_LEARNED = "data_dropped", "nothing_learned"
# The rows of a stream that were read so far are a sample of all: over the root of their number, these are at most three
# standard deviations of the share.
DOUBT = 1.5
# So many logged steps without a loss and without a gradient are no accident.
STILL_STEPS = 3
# The loss of these is 0 as long as all answers are rewarded alike, which may change with any step.
STILL_AT_FIRST = frozenset({"grpo", "ppo"})


def judge_rows(orders: Orders, book: Book, *, at_end: bool = False) -> None:
    """End the training where too few rows are used. Raises SystemExit then."""
    if not book.given:
        return
    is_sample = book.loaded is None and not at_end
    none_is_left = book.used == 0 and not is_sample
    if none_is_left and book.trained[TOKENS].counts[NOTHING_TO_LEARN]:
        facts.stop(orders, NOTHING_LEARNED)
    doubt = DOUBT / math.sqrt(book.given) if is_sample else 0.0
    if none_is_left or book.share + doubt < orders.min_rows_used:
        facts.stop(orders, DATA_DROPPED)


class Learning:
    """Whether a model learns, by the losses and the norms of gradients that its training logs."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._still = 0
        self._moved = False

    def saw(self, loss: object, gradient: object) -> None:
        """One logged step. Raises SystemExit when the first ones were all still."""
        if loss == 0 and gradient == 0:
            self._still += 1
        else:
            self._moved = True
        if self._still >= STILL_STEPS and self._orders.method not in STILL_AT_FIRST:
            self.end()

    def end(self) -> None:
        """All steps are done. Raises SystemExit when none of them moved the model."""
        if self._still and not self._moved:
            facts.stop(self._orders, NOTHING_LEARNED)
