"""What a schedule of the learning rate, or an optimiser, needs besides its name: transformers asks for it when the
model is loaded and the data are read.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict
from common.swift.options.suggest import did_you_mean

SETTINGS = "lr_scheduler_kwargs"
_PLATEAU = ("mode", "factor", "patience", "threshold", "threshold_mode", "cooldown", "min_lr", "eps")
_LEAST = ("num_cycles", "min_lr", "min_lr_rate")
# By the schedule, the settings that it takes (transformers' optimization.py); a constant one passes them over.
TAKEN: Mapping[str, tuple[str, ...]] = {
    "linear": (),
    "cosine": ("num_cycles",),
    "cosine_with_restarts": ("num_cycles",),
    "polynomial": ("lr_end", "power"),
    "inverse_sqrt": ("timescale",),
    "cosine_with_min_lr": _LEAST,
    "cosine_warmup_with_min_lr": (*_LEAST, "warmup_lr_rate"),
    "warmup_stable_decay": (
        "num_decay_steps", "num_stable_steps", "warmup_type", "decay_type", "min_lr_ratio", "num_cycles",
    ),
    "reduce_lr_on_plateau": _PLATEAU,
    "greedy": (*_PLATEAU, "warmup", "max_lr", "verbose", "smooth", "window_size", "reset_start"),
}  # fmt: skip
WORDS = {
    "warmup_type": ("linear", "cosine", "1-sqrt"),
    "decay_type": ("linear", "cosine", "1-sqrt"),
    "mode": ("min", "max"),
    "threshold_mode": ("rel", "abs"),
}
SWITCHES = frozenset({"verbose", "smooth"})
OF_TWO = ("min_lr", "min_lr_rate")
# transformers' own, where nothing is said.
LAST_RATE = 1e-7
OF_MODULES = ("galore_", "apollo_")


def of_schedule_settings(asked: Asked) -> Iterator[FieldProblem]:
    schedule, settings = asked.text("lr_scheduler_type"), _settings(asked)
    taken = TAKEN.get(schedule)
    if taken is None or settings is None:
        return
    why = next(filter(None, (_why_not(schedule, name, value, taken) for name, value in settings.items())), "")
    why = why or _what_lacks(schedule, settings, asked.number("learning_rate"))
    if why:
        yield conflict(asked, SETTINGS, why)


def of_optimiser(asked: Asked) -> Iterator[FieldProblem]:
    optimiser = asked.text("optim")
    if not optimiser.startswith(OF_MODULES):
        return
    if not asked.has("optim_target_modules"):
        why = f"{optimiser} works on some of the model's layers: say which, such as all-linear"
        yield conflict(asked, "optim_target_modules", why)
    if "layerwise" in optimiser and asked.whole("gradient_accumulation_steps") > 1:
        yield conflict(asked, "optim", f"{optimiser} takes each step at once: set gradient_accumulation_steps to 1")


def _settings(asked: Asked) -> Mapping[str, Any] | None:
    """None where they are no JSON: that is told of the value alone."""
    value = asked.value(SETTINGS) if asked.has(SETTINGS) else {}
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, Mapping) else None


def _why_not(schedule: str, name: str, value: Any, taken: tuple[str, ...]) -> str:
    if not taken:
        return f"{schedule} takes none; leave it out"
    if name not in taken:
        return f"{schedule} takes no {name[:40]} but {', '.join(taken)}{did_you_mean(name, taken)}"
    if name in WORDS:
        return "" if value in WORDS[name] else f"{name} is one of {', '.join(WORDS[name])}"
    if name in SWITCHES:
        return "" if isinstance(value, bool) else f"{name} is true or false"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if is_number else f"{name} is a number, without quotes"


def _what_lacks(schedule: str, settings: Mapping[str, Any], rate: float) -> str:
    if OF_TWO[1] in TAKEN[schedule] and (OF_TWO[0] in settings) == (OF_TWO[1] in settings):
        return (
            f'{schedule} ends at a rate above 0: say which by one of both, {{"min_lr_rate": 0.1}} or {{"min_lr": 1e-6}}'
        )
    if schedule == "warmup_stable_decay" and "num_decay_steps" not in settings:
        return f'{schedule} ends with a decay: say how many steps it takes, such as {{"num_decay_steps": 10}}'
    if schedule == "polynomial" and rate and settings.get("lr_end", LAST_RATE) >= rate:
        return f"polynomial ends at lr_end ({settings.get('lr_end', LAST_RATE):g}), which has to be below learning_rate"
    return ""
