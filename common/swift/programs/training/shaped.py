"""ms-swift's reader of rows, with ours before it. Imports ms-swift: only `shaping` imports this, and late."""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

from typing import Any

from swift.dataset.preprocessor.core import AutoPreprocessor, MessagesPreprocessor, RowPreprocessor
from swift.utils import get_logger

from ...data.shapes import Goal, Shapes
from .row_numbers import ROW

__all__ = ["AutoPreprocessor", "RowPreprocessor", "ShapedPreprocessor"]

# Part of the name of what ms-swift keeps of read data: count on when the same row is read otherwise.
VERSION = 1


class ShapedPreprocessor(RowPreprocessor):  # type: ignore[misc]
    """Gives ms-swift each row as it reads it; a row that cannot be learned from is dropped as ms-swift drops them."""

    def __init__(self, goal: Goal) -> None:
        super().__init__()
        self.version = VERSION
        self.goal = goal
        self.shapes = Shapes(goal)
        self.messages = MessagesPreprocessor()

    def prepare_dataset(self, dataset: Any) -> Any:
        """Tell once what the rows are taken for."""
        first: dict[str, Any] = next(iter(dataset), {})
        if note := self.shapes.note({name: value for name, value in first.items() if name != ROW}):
            get_logger().info(note)
        self.shapes = Shapes(self.goal)  # what ms-swift keeps is named after all that is here
        return super().prepare_dataset(dataset)

    def preprocess(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """What ms-swift makes of the row, given to it as it reads it. Raises Unfit."""
        shaped: dict[str, Any] | None = self.messages.preprocess(self.shapes.read(row))
        return shaped

    def _map_cache_file(self, fingerprint: str) -> str:
        # Named after the data alone, a file of another method's rows would be taken.
        path: str = super()._map_cache_file(f"{fingerprint}_{self.goal.name}_{self.goal.aim.value}_{self.version}")
        return path
