"""Names the run of a training in its trackers, tells where it is to be seen, and keeps a tracker that fails from ending
the training.
"""

import os
from importlib import import_module
from typing import Any

from . import run_links
from .before import before_training
from .guarding import Guard
from .orders import Orders

# By the class of the callback; ms-swift takes swanlab's own in place of transformers' one of the same name.
CALLBACKS = {
    "TensorBoardCallback": "tensorboard",
    "WandbCallback": "wandb",
    "SwanLabCallback": "swanlab",
    "MLflowCallback": "mlflow",
}
# What ms-swift has as options with a default of its own, which would win over the variable of the tracker.
SWANLAB_OPTIONS = {
    "swanlab_project": "SWANLAB_PROJECT",
    "swanlab_workspace": "SWANLAB_WORKSPACE",
    "swanlab_exp_name": "SWANLAB_EXP_NAME",
    "swanlab_mode": "SWANLAB_MODE",
}


def install(orders: Orders) -> None:
    """Take the places where ms-swift makes swanlab's callback, and where it begins to train."""
    arguments = import_module("swift.arguments.sft_args").SftArguments
    arguments._init_swanlab = _with_names(orders, arguments, arguments._init_swanlab)
    before_training(lambda trainer: _watch(orders, trainer))


def _watch(orders: Orders, trainer: Any) -> None:
    _name_run(orders, trainer.args)
    guard = Guard(orders)
    for callback in trainer.callback_handler.callbacks:
        if tracker := CALLBACKS.get(type(callback).__name__):
            guard.watch(tracker, callback)
    trainer.add_callback(_callback(orders, guard))


def _with_names(orders: Orders, arguments: Any, init_swanlab: Any) -> Any:
    def init(self: Any) -> None:
        for option, variable in SWANLAB_OPTIONS.items():
            if os.environ.get(variable) and getattr(self, option) == getattr(arguments, option):
                setattr(self, option, os.environ[variable])
        self.swanlab_exp_name = self.swanlab_exp_name or orders.run_name or None
        init_swanlab(self)

    return init


def _name_run(orders: Orders, args: Any) -> None:
    """ms-swift calls a run without a name after its folder."""
    named = os.environ.get("WANDB_NAME") or os.environ.get("MLFLOW_RUN_NAME") or orders.run_name
    if named and args.run_name in (None, args.output_dir):
        args.run_name = named


def _callback(orders: Orders, guard: Guard) -> Any:
    """Behind the trackers' own: their runs are there then."""

    class Tracking(import_module("transformers").TrainerCallback):  # type: ignore[misc]
        def on_train_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
            if state.is_world_process_zero:
                guard.links = run_links.links_of(guard.alive)
                guard.tell()

    return Tracking()
