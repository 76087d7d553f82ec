"""Words that ms-swift, PEFT and trl look up when the GPU is taken already, and that no list of the parsers' tells: made
of several names, or other ones for each method. A wrong one is an error in every row, or after the model was loaded.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from common.swift.options.problem import OptionCode
from common.swift.options.safety import Refusal, elements
from common.swift.options.values import EXAMPLES, object_wanted, wrong_choice

# ms-swift's loss_scale: how much of a conversation is learned, and what is weighed in it, joined by plus signs.
STRATEGIES = ("default", "last_round", "all")
SCALES = ("base", "ignore_empty_think", "ignore_think_prefix", "react", "hermes", "qwen", "agentflan", "alpha_umi")
# Each trainer's own: ms-swift's and trl's.
DPO_LOSSES = (
    "sigmoid", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard", "aot", "aot_unpaired",
    "apo_zero", "apo_down", "discopop", "sft",
)  # fmt: skip
CPO_LOSSES = ("sigmoid", "hinge", "ipo", "simpo", "alphapo")
LOSSES = {
    "dpo": DPO_LOSSES,
    "cpo": CPO_LOSSES,
    "simpo": CPO_LOSSES,
    "kto": ("kto", "apo_zero_unpaired"),
    "grpo": ("grpo", "bnpo", "dr_grpo", "dapo", "cispo", "sapo", "real", "fipo"),
}
# PEFT knows more of them, which need a configuration that ms-swift has no option for.
STARTS = ("true", "false", "gaussian", "olora", "pissa", "pissa_niter_16", "orthogonal", "lora-ga")
PISSA = re.compile(r"pissa_niter_[1-9][0-9]*")
WORDS: Mapping[str, tuple[str, ...]] = {
    "bnb_4bit_quant_storage": ("uint8", "int8", "float16", "bfloat16", "float32"),
    "galore_proj_type": ("std", "reverse_std", "left", "right", "full"),
    "lora_ga_direction": ("ArBr", "A2rBr", "ArB2r", "random"),
    "lora_ga_scale": ("gd", "unit", "stable", "weights"),
    "swanlab_notification_method": ("lark", "dingtalk", "email", "discord", "wxwork", "slack"),
    "swanlab_email_language": ("zh", "en"),
    "torch_compile_backend": ("inductor", "eager", "aot_eager", "cudagraphs", "onnxrt", "tensorrt", "tvm"),
    "torch_compile_mode": ("default", "reduce-overhead", "max-autotune", "max-autotune-no-cudagraphs"),
}
PATTERNS = frozenset({"target_regex", "freeze_parameters_regex", "trainable_parameters_regex"})
# JSON objects that nothing but an object can stand for.
OBJECTS = frozenset(
    {
        "columns",
        "eval_generation_config",
        "gradient_checkpointing_kwargs",
        "lr_scheduler_kwargs",
        "max_memory",
        "mrl_dims",
    }
)


def word_misfit(method: str, name: str, value: Any) -> Refusal | None:
    """Why the value, which is of the option's type, is none that would be found."""
    if value in (None, "", [], {}):
        return None
    if name == "loss_scale":
        return _scale_misfit(str(value))
    if name == "init_weights":
        return None if PISSA.fullmatch(str(value)) else _none_of(STARTS, str(value).lower())
    if name in PATTERNS:
        return _pattern_misfit(str(value))
    if name in OBJECTS:
        return _object_misfit(name, value)
    known = LOSSES.get(method, ()) if name == "loss_type" else WORDS.get(name, ())
    return next((why for word in elements(value) if known and (why := _none_of(known, str(word)))), None)


def _scale_misfit(value: str) -> Refusal | None:
    """A strategy, a way of weighing, or both: `last_round+hermes+ignore_empty_think`."""
    first, *rest = value.split("+")
    if first not in (*STRATEGIES, *SCALES):
        return _none_of((*STRATEGIES, *SCALES), first)
    late = next((part for part in rest if part in STRATEGIES), "")
    if late:
        return OptionCode.WRONG_CHOICE, f"{late} tells what is learned, and stands first: {late}+{first}"
    return next((why for part in rest if (why := _none_of(SCALES, part))), None)


def _pattern_misfit(value: str) -> Refusal | None:
    """ms-swift passes a pattern over that it cannot read."""
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        return OptionCode.WRONG_TYPE, f"not a pattern that can be read: {error}"
    return None


def _object_misfit(name: str, value: Any) -> Refusal | None:
    if isinstance(value, str) and not value.lstrip().startswith("{"):
        return OptionCode.WRONG_TYPE, object_wanted(name)
    return _dimensions_misfit(value) if name == "mrl_dims" else None


def _dimensions_misfit(value: Any) -> Refusal | None:
    """ms-swift takes whole numbers by the numbers that they count with; what it cannot read of a text, it mends."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None
    if all(str(size).isdecimal() and int(size) and _counts(weight) for size, weight in found.items()):
        return None
    return OptionCode.WRONG_TYPE, f"says for each number of dimensions how much it counts: {EXAMPLES['mrl_dims']}"


def _counts(weight: Any) -> bool:
    try:
        return math.isfinite(float(weight))
    except (TypeError, ValueError, OverflowError):
        return False


def _none_of(known: tuple[str, ...], word: str) -> Refusal | None:
    return None if word in known else (OptionCode.WRONG_CHOICE, wrong_choice(known, word))
