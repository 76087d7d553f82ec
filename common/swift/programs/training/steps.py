"""Looks at a training at each step that it logs."""

from importlib import import_module
from typing import Any

from .before import before_training
from .counting import Count
from .orders import Orders
from .verdicts import Learning


def install(orders: Orders, count: Count) -> None:
    """Put our callback behind ms-swift's own."""
    before_training(lambda trainer: trainer.add_callback(_callback(orders, count)))


def _callback(orders: Orders, count: Count) -> Any:
    class Steps(import_module("transformers").TrainerCallback):  # type: ignore[misc]
        def __init__(self) -> None:
            self._learning = Learning(orders)

        def on_train_begin(self, args: Any, state: Any, _control: Any, **_: Any) -> None:
            each_step = args.train_batch_size * args.gradient_accumulation_steps * args.world_size
            count.book.wanted = 0 if count.book.go_on_unseen else state.max_steps * each_step

        def on_epoch_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
            if state.is_world_process_zero and state.global_step < state.max_steps:
                count.stream_ends()

        def on_log(self, _args: Any, state: Any, _control: Any, logs: Any = None, **_: Any) -> None:
            if state.is_world_process_zero and logs and "loss" in logs:
                self._learning.saw(logs["loss"], logs.get("grad_norm"), logs)
                count.look_again()

        def on_train_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
            if state.is_world_process_zero:
                count.look_again(at_end=True)
                self._learning.end()

    return Steps()
