"""Trainings in which nothing would be learned, however long they went on: all of the model frozen, all weights 0."""

import re
from collections.abc import Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict
from common.swift.options.typed import UNFREEZING

PARTS = ("freeze_vit", "freeze_aligner")
THAWING = ("trainable_parameters", "trainable_parameters_regex")
# Of these, what is compared is multiplied by beta; in the others it is a weight beside another loss.
OF_BETA_ALONE = frozenset({"dpo", "kto"})
WEIGHTS = ("loss_weights", "reward_weights")


def of_steps(asked: Asked) -> Iterator[FieldProblem]:
    if asked.has("max_steps") and asked.whole("max_steps") == 0 and not asked.is_on("streaming"):
        why = "no step would be trained: say how many, or leave it out to train num_epochs"
        yield conflict(asked, "max_steps", why)


def of_freezing(asked: Asked) -> Iterator[FieldProblem]:
    thaws = any(asked.has(name) for name in THAWING)
    if asked.is_full and not thaws:
        if asked.number("freeze_parameters_ratio") >= 1:
            why = "all of the model would be frozen, and nothing trained: it is a share below 1, such as 0.9"
            yield conflict(asked, "freeze_parameters_ratio", why)
        if asked.has("freeze_parameters_regex") and re.search(asked.text("freeze_parameters_regex"), ""):
            why = "it is found in every name, and nothing would be trained: name what is to be frozen"
            yield conflict(asked, "freeze_parameters_regex", why)
    if asked.is_on("freeze_llm") and not thaws and all(_is_frozen(asked, part) for part in PARTS):
        why = "with freeze_vit and freeze_aligner nothing of the model would be trained: set one of the three to false"
        yield conflict(asked, "freeze_llm", why)


def of_weights(asked: Asked) -> Iterator[FieldProblem]:
    if (
        asked.method in OF_BETA_ALONE
        and asked.has("beta")
        and not asked.number("beta")
        and not asked.number("rpo_alpha")
    ):
        yield conflict(asked, "beta", f"with 0 {asked.method} compares nothing, and learns nothing; 0.1 is usual")
    for name in WEIGHTS:
        weights = asked.values(name)
        if weights and not any(map(float, weights)):
            yield conflict(asked, name, "all of them are 0, and nothing would be learned: one has to count")
    rated = ("desirable_weight", "undesirable_weight")
    if asked.method == "kto" and not any(map(asked.number, rated)):
        yield conflict(asked, rated[0], f"with {rated[1]} it is 0, and nothing would be learned: one has to count")


def _is_frozen(asked: Asked, part: str) -> bool:
    """A rate of its own thaws a part, unless it is told to be frozen."""
    rate = next(rate for rate, frozen in UNFREEZING.items() if frozen == part)
    return asked.is_on(part) if asked.has(part) or rate not in asked.params else False
