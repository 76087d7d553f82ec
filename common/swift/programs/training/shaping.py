"""Has ms-swift read the shapes of data that it would drop or read wrongly: each row is given to it as it reads it."""

from importlib import import_module
from typing import Any

from ...data.shapes import LISTS, Aim, Goal, asks_otherwise, goal_of
from .orders import Orders
from .shaped import preprocessor_class


def install(orders: Orders) -> None:
    """Take the place of what ms-swift chooses for data that it has no reader of its own for."""
    goal = goal_of(orders.method, orders.goal)
    if goal.aim is Aim.ANYTHING:
        return
    core = import_module("swift.dataset.preprocessor.core")
    shaped, choose = preprocessor_class(core), core.AutoPreprocessor._get_preprocessor

    def chosen(self: Any, dataset: Any) -> Any:
        # What somebody set is for ms-swift's own readers.
        if self.kwargs or not _reads(goal, dataset.features):
            return choose(self, dataset)
        return shaped(goal)

    core.AutoPreprocessor._get_preprocessor = chosen
    # The second answer's, where the first has some; ms-swift keeps no column that is not in its list.
    core.RowPreprocessor.standard_keys.append("rejected_chat_template_kwargs")


def _reads(goal: Goal, features: Any) -> bool:
    """Of prompts ms-swift reads all but conversations, in the many forms that people have, and other names."""
    if goal.aim is not Aim.PROMPT or asks_otherwise(features) or any(name.lower() in LISTS for name in features):
        return True
    return "prompt" in features and getattr(features["prompt"], "dtype", "") != "string"
