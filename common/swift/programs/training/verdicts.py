"""Verdicts on a training from within: too few of its rows are used, or nothing is learnt from them."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from . import facts
from .book import TOKENS, Book
from .causes import NOTHING_TO_LEARN
from .orders import Orders

# Words of common.reasons.
DATA_DROPPED, NOTHING_LEARNED = "data_dropped", "nothing_learned"
# Where nobody knows how much goes into a step, the rows of a stream that were read so far are taken for a sample of
# all: over the root of their number, these are at most three standard deviations of the share.
DOUBT = 1.5
# So many logged steps without a loss and without a gradient are no accident.
STILL_STEPS = 3
# The share of questions whose answers were all rewarded alike, as ms-swift logs it.
ALIKE = "frac_reward_zero_std"
# The loss of these is 0 as long as all answers are rewarded alike, which may change with any step.
STILL_AT_FIRST = frozenset({"grpo", "ppo"})


def judge_rows(orders: Orders, book: Book, *, at_end: bool = False) -> None:
    """End the training where too few rows are used. Raises SystemExit then."""
    if not book.given:
        return
    is_sample = book.loaded is None and not book.is_whole and not at_end
    none_is_left = book.used == 0 and not is_sample
    if none_is_left and book.trained[TOKENS].counts[NOTHING_TO_LEARN]:
        facts.stop(orders, NOTHING_LEARNED)
    if none_is_left or (_at_best(book) if is_sample else book.share) < orders.min_rows_used:
        facts.stop(orders, DATA_DROPPED)


def _at_best(book: Book) -> float:
    """The share that a stream may yet come to: its rows may be in any order, those of no use first.

    All that goes into the steps to come may be of use. Where nobody knows how much that is, a doubt is left.
    """
    if book.wanted:
        used = max(book.used, book.wanted)
        return used / (used + book.given - book.used)
    return book.share + DOUBT / math.sqrt(book.given)


class Learning:
    """Whether a model learns, by the losses and the norms of gradients that its training logs."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._still = 0
        self._moved = False
        self._alike: list[float] = []

    def saw(self, loss: object, gradient: object, logs: Mapping[str, Any] = MappingProxyType({})) -> None:
        """One logged step, with all of its `logs`. Raises SystemExit when the first ones were all still."""
        if logs.get(ALIKE) == 1 and "reward" in logs:
            self._alike.append(logs["reward"])
        if loss == 0 and gradient == 0:
            self._still += 1
        else:
            self._moved = True
        if self._still >= STILL_STEPS and self._orders.method not in STILL_AT_FIRST:
            self.end()

    def end(self) -> None:
        """All steps are done. Raises SystemExit when none of them moved the model."""
        if self._still and not self._moved:
            facts.stop(self._orders, NOTHING_LEARNED, about=self._reward())

    def _reward(self) -> str:
        """The mean reward, where in each of these steps all answers to a question got the same; else empty."""
        return f"{sum(self._alike) / self._still:.4g}" if len(self._alike) == self._still else ""
