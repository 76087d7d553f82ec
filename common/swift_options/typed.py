"""The API's typed parameters and the ms-swift options that each of them sets."""

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
TYPED = frozenset({*SAME_NAME, *RENAMED, *UNFREEZING, "train_type"})
