"""The API's typed parameters under ms-swift's names."""

from collections.abc import Mapping
from typing import Any

from common.job_specs import TaskType
from common.swift.command.argv import OptionRefused
from common.swift.options.release import tuner_option
from common.swift.options.typed import RENAMED, SAME_NAME, UNFREEZING

VALIDATION_DATA = ("val_dataset", "cached_val_dataset", "eval_dataset", "split_dataset_ratio")


def swift_options(
    params: Mapping[str, Any], extra: Mapping[str, Any], task_type: TaskType, swift_version: str
) -> dict[str, Any]:
    """Typed parameters and extra options as one dictionary under ms-swift's names; an extra option wins.

    It can only where no parameter is the one way to set it: the check of the options sees to that.
    """
    typed: dict[str, Any] = {}
    for name, value in params.items():
        for option in _names(name, swift_version):
            typed[option] = value
    if typed.get("torch_dtype") == "auto":
        del typed["torch_dtype"]  # the model's own, which is what ms-swift takes when nothing is said
    return _without_contradictions(typed, extra, task_type) | dict(extra)


def _names(name: str, swift_version: str) -> tuple[str, ...]:
    if name in SAME_NAME or name in UNFREEZING:
        return (name,)
    if name == "train_type":
        return (tuner_option(swift_version),)
    if name in RENAMED:
        return RENAMED[name]
    raise OptionRefused(name, "not a known parameter; further ms-swift options go into `extra_args`")


def _without_contradictions(typed: dict[str, Any], extra: Mapping[str, Any], task_type: TaskType) -> dict[str, Any]:
    kept = dict(typed)
    if extra.get("warmup_steps"):
        kept.pop("warmup_ratio", None)  # ms-swift refuses both together
    if not any(extra.get(name) for name in VALIDATION_DATA):
        kept.pop("eval_steps", None)
    if typed.get("tuner_type", typed.get("train_type")) == "full":
        kept.pop("lora_rank", None)
        kept.pop("lora_alpha", None)
    for rate, frozen in UNFREEZING.items():
        if task_type is not TaskType.MLLM or str(extra.get(frozen)).lower() == "true":
            kept.pop(rate, None)  # an error on a text model
        elif kept.get(rate) is not None:
            kept[frozen] = False
    return kept
