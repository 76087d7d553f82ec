"""Tuners, such as LoRA: which ways of training leave an adapter that export can merge into the base model."""

from common.job_specs import JobSpec

# What ms-swift's export can fold into the base model (BaseArguments.adapters_can_be_merged).
MERGEABLE_TUNERS = frozenset({"lora", "longlora", "llamapro", "adalora"})


def needs_merge(spec: JobSpec) -> bool:
    """Whether training leaves an adapter that export merges; after full tuning the checkpoint is the model."""
    return spec.training.params.get("train_type", "lora") in MERGEABLE_TUNERS
