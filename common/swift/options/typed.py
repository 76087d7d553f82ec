"""The API's typed parameters and the ms-swift options that each of them sets."""

from collections.abc import Mapping
from typing import Any

SAME_NAME = (
    "learning_rate", "gradient_accumulation_steps", "eval_steps", "save_steps", "save_total_limit", "logging_steps",
    "max_length", "warmup_ratio", "dataloader_num_workers", "dataset_num_proc", "save_only_model", "torch_dtype",
    "lora_rank", "lora_alpha",
)  # fmt: skip
RENAMED = {
    "num_epochs": ("num_train_epochs",),
    "batch_size": ("per_device_train_batch_size", "per_device_eval_batch_size"),
}
# ms-swift ignores these learning rates, silently, while that part of the model is frozen, and it is by default.
UNFREEZING = {"vit_lr": "freeze_vit", "aligner_lr": "freeze_aligner"}
# By the option, the parameter that is the one way to set it. The batch of an evaluation may differ from the training's.
SET_BY = {name: name for name in (*SAME_NAME, *UNFREEZING)} | {options[0]: name for name, options in RENAMED.items()}
# On a CPU only what is asked for twice counts, so this one may be said in both places, with one value.
SAID_TWICE = frozenset({"torch_dtype"})
TYPED = frozenset({*SAME_NAME, *RENAMED, *UNFREEZING, "train_type"})


def batch_of(params: Mapping[str, Any], gpus: int) -> int | None:
    """How many records one step takes, over all GPUs; None when a part of it is left to ms-swift."""
    size, accumulated = params.get("batch_size"), params.get("gradient_accumulation_steps")
    return None if size is None or accumulated is None else int(size) * int(accumulated) * gpus
