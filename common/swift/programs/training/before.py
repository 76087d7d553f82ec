"""The moment before a training begins, when ms-swift has made its trainer: callbacks of ours take their places then."""

from collections.abc import Callable
from importlib import import_module
from typing import Any


def before_training(prepare: Callable[[Any], None]) -> None:
    """Have `prepare` called with the trainer."""
    pipeline = import_module("swift.pipelines.train.sft").SwiftSft
    train = pipeline.train

    def prepared(self: Any, trainer: Any) -> Any:
        prepare(trainer)
        return train(self, trainer)

    pipeline.train = prepared
