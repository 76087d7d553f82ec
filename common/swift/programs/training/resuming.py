"""Lets each checkpoint of a training be one to go on from, where the disk has room for it."""

import logging
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

from . import facts
from .before import before_training
from .kept_state import keep, state_bytes
from .orders import ALWAYS, Orders

# The old state goes when the new one is there; beside them the disk has to have room for the weights of a checkpoint.
STATES_AT_ONCE = 2
ADAM_VALUES = 2  # an average and a square of each weight that is learnt
# DeepSpeed keeps both and the weights themselves in float32.
DEEPSPEED_BYTES = 12


def install(orders: Orders) -> None:
    """Put a callback behind ms-swift's own."""
    if orders.keep_state:
        before_training(lambda trainer: trainer.add_callback(_callback(orders)))


def _callback(orders: Orders) -> Any:
    class Resuming(import_module("transformers").TrainerCallback):  # type: ignore[misc]
        def on_train_begin(self, args: Any, state: Any, _control: Any, model: Any = None, **_: Any) -> None:
            if orders.keep_state != ALWAYS:
                _save_what_fits(orders, args, state, _expected_bytes(model, args))

        def on_save(self, args: Any, state: Any, _control: Any, **_: Any) -> None:
            if args.save_only_model or _loads_states(args):
                return
            checkpoint = Path(args.output_dir, f"checkpoint-{state.global_step}")
            size = state_bytes(checkpoint)
            if state.is_world_process_zero and checkpoint.is_dir():
                _keep(checkpoint)
            if orders.keep_state != ALWAYS:
                _save_what_fits(orders, args, state, size)

    return Resuming()


def _loads_states(args: Any) -> bool:
    """DeepSpeed and FSDP load the best model from its whole checkpoint, when all steps are done."""
    return bool(args.load_best_model_at_end and (getattr(args, "deepspeed", None) or getattr(args, "fsdp", None)))


def _keep(checkpoint: Path) -> None:
    try:
        keep(checkpoint)
    except OSError:  # it has its state then, and the training goes on
        logging.getLogger(__name__).warning("no checkpoint to go on from was kept", exc_info=True)


def _expected_bytes(model: Any, args: Any) -> int:
    learnt = [weights for weights in model.parameters() if weights.requires_grad]
    if getattr(args, "deepspeed", None):
        return sum(DEEPSPEED_BYTES * _count(weights) for weights in learnt)
    return sum(ADAM_VALUES * weights.element_size() * _count(weights) for weights in learnt)


def _count(weights: Any) -> int:
    return int(getattr(weights, "ds_numel", 0) or weights.numel())  # a part of ZeRO 3 says 0


def _save_what_fits(orders: Orders, args: Any, state: Any, needed: int) -> None:
    """From here on states are saved only where they fit; all ranks do what the first one found."""
    free = shutil.disk_usage(_existing(Path(args.output_dir))).free
    fits = _first_ranks(free >= STATES_AT_ONCE * needed)
    args.save_only_model = not fits
    if state.is_world_process_zero:
        told = {"kept": fits, "needed_bytes": STATES_AT_ONCE * needed, "free_bytes": free}
        facts.write(orders, facts.STATE, told)


def _first_ranks(value: bool) -> bool:
    distributed = import_module("torch.distributed")
    if not (distributed.is_available() and distributed.is_initialized()):
        return value
    values = [value]
    distributed.broadcast_object_list(values, src=0)
    return values[0]


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
