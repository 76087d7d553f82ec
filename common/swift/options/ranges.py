"""Numbers that torch, PEFT or ms-swift refuse when the model was loaded already, or with which nothing is learned."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from common.swift.options.problem import OptionCode
from common.swift.options.safety import Refusal


class Range(NamedTuple):
    """From `least` on, and below `most` where there is one; `words` say it."""

    least: float
    words: str
    most: float | None = None

    def has(self, number: float) -> bool:
        return self.least <= number and (self.most is None or number < self.most)


BELOW_ONE = Range(0, "a number from 0 on that is below 1", 1)
NOT_NEGATIVE = Range(0, "0 or more")
COUNT = Range(1, "1 or more")

RANGES: Mapping[str, Range] = {
    **dict.fromkeys(
        ("adam_beta1", "adam_beta2", "lora_dropout", "vera_dropout", "boft_dropout", "label_smoothing_factor",
         "label_smoothing"),
        BELOW_ONE,
    ),
    **dict.fromkeys(
        ("weight_decay", "adam_epsilon", "desirable_weight", "undesirable_weight", "freeze_parameters_ratio",
         "split_dataset_ratio", "top_entropy_quantile", "boft_block_size", "boft_block_num"),
        NOT_NEGATIVE,
    ),
    **dict.fromkeys(
        ("reft_rank", "vera_rank", "adalora_init_r", "adalora_target_r", "galore_rank", "num_iterations", "num_labels",
         "per_device_eval_batch_size", "max_completion_length", "packing_num_proc", "max_model_len",
         "eval_accumulation_steps", "lisa_step_interval", "llamapro_num_new_blocks", "llamapro_num_groups",
         "boft_n_butterfly_factor", "fourier_n_frequency", "galore_update_proj_gap", "adalora_deltaT",
         "ref_model_sync_steps", "steps_per_generation"),
        COUNT,
    ),
}  # fmt: skip


def range_misfit(name: str, value: Any) -> Refusal | None:
    """Why a number, which the value is, is out of the option's range."""
    allowed = RANGES.get(name)
    if allowed is None or value in (None, "", [], {}) or allowed.has(float(value)):
        return None
    return OptionCode.WRONG_TYPE, f"{value} is out of its range: {allowed.words}"
