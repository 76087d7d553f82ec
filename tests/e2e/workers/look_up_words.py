"""Looks words up where ms-swift, trl and transformers do, and prints as JSON which of them are not there."""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import inspect
import json
import sys
from importlib import import_module
from typing import Any

from swift.loss_scale import get_loss_scale, loss_scale_map
from swift.loss_scale.base import ALL_BASE_STRATEGY
from transformers import optimization
from transformers.trainer_utils import SchedulerType

TRAINERS = {"dpo": "DPOTrainer", "kto": "KTOTrainer", "cpo": "CPOTrainer", "simpo": "CPOTrainer", "grpo": "GRPOTrainer"}


def main(asked: dict[str, Any]) -> dict[str, Any]:
    """`losses` by method, `scales` in forms of all kinds, `schedules` with the settings of each."""
    return {
        "losses": {method: _unread(method, names) for method, names in asked["losses"].items()},
        "words": [*ALL_BASE_STRATEGY, *loss_scale_map],
        "scales": [scale for scale in asked["scales"] if not get_loss_scale(scale)],
        "schedules": {name: _unknown(name, settings) for name, settings in asked["schedules"].items()},
    }


def _unread(method: str, names: list[str]) -> list[str]:
    """Those that neither the trainer nor what it is made of asks for by name."""
    trainer = getattr(import_module("swift.rlhf_trainers"), TRAINERS[method])
    modules = {parent.__module__ for parent in trainer.__mro__ if parent.__module__.startswith(("swift.", "trl."))}
    settings = {name.replace("_trainer", "_config") for name in modules if name.startswith("trl.")}
    texts = [inspect.getsource(import_module(name)) for name in modules | settings]
    return [name for name in names if not any(f"'{name}'" in text or f'"{name}"' in text for text in texts)]


def _unknown(name: str, settings: list[str]) -> list[str]:
    function = optimization.TYPE_TO_SCHEDULER_FUNCTION[SchedulerType(name)]
    if name == "greedy":
        function = optimization.GreedyLR.__init__
    if name == "reduce_lr_on_plateau":
        function = import_module("torch.optim.lr_scheduler").ReduceLROnPlateau.__init__
    return [setting for setting in settings if setting not in inspect.signature(function).parameters]


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
