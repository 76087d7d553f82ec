"""ms-swift's reader of rows, with ours before it."""

import logging
from typing import Any

from ...data.contents import unusable
from ...data.shapes import Aim, Goal, Shapes, Unfit
from .row_numbers import ROW

NAME = "ShapedPreprocessor"
# Part of the name of what ms-swift keeps of read data: count on when the same row is read otherwise.
VERSION = 2


class Shaping:
    """Gives ms-swift each row as it reads it; a row that cannot be learned from is dropped as ms-swift drops them.

    Stands before ms-swift's RowPreprocessor; `messages` is its reader of messages.
    """

    messages: Any

    def __init__(self, goal: Goal) -> None:
        super().__init__()
        self.version = VERSION
        self.goal = goal
        self.shapes = Shapes(goal)

    def prepare_dataset(self, dataset: Any) -> Any:
        """Tell once what the rows are taken for."""
        first: dict[str, Any] = next(iter(dataset), {})
        if note := self.shapes.note({name: value for name, value in first.items() if name != ROW}):
            logging.getLogger("swift").info(note)
        self.shapes = Shapes(self.goal)  # what ms-swift keeps is named after all that is here
        return dataset

    def preprocess(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """What ms-swift makes of the row, given to it as it reads it. Raises Unfit."""
        try:
            read = self.shapes.read(row)
        except Unfit as unfit:
            raise self._told(row, unfit) from None
        shaped: dict[str, Any] | None = self.messages.preprocess(read)
        return shaped

    def _told(self, row: dict[str, Any], unfit: Unfit) -> Unfit:
        """The same in the words of the check at submission."""
        lowered = {name.lower(): value for name, value in row.items()}
        found = unusable(lowered, unfit, needs_answer=self.goal.aim is Aim.REPLY)
        told = type(unfit)(found.why)
        told.cause = found.cause
        return told

    def _map_cache_file(self, fingerprint: str) -> str:
        # Named after the data alone, a file of another method's rows would be taken.
        mark = f"{fingerprint}_{self.goal.name}_{self.goal.aim.value}_{self.version}"
        path: str = super()._map_cache_file(mark)  # type: ignore[misc]
        return path


def preprocessor_class(core: Any) -> Any:
    """The class, made once and found in this module by its name, as `datasets` looks for it in processes it forks.

    `core` is ms-swift's module of preprocessors.
    """
    if NAME not in globals():
        messages = core.MessagesPreprocessor()
        globals()[NAME] = type(NAME, (Shaping, core.RowPreprocessor), {"__module__": __name__, "messages": messages})
    return globals()[NAME]
