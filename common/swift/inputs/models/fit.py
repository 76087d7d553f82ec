"""Does a way of training fit the model? By the sizes that its config.json tells: ms-swift, PEFT and numpy see it when
the weights were loaded.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.swift.inputs.models.model import read_json
from common.swift.options.problem import OptionCode
from common.swift.options.safety import elements

LLAMA = "llama"
WIDTHS = (("hidden_size", "n_embd", "d_model"), ("intermediate_size",))
LAYERS = ("num_hidden_layers", "n_layer", "num_layers", "n_layers")
# Of a model that reads pictures, where its language model's settings are.
PARTS = ("text_config", "llm_config", "language_config")

Check = Callable[[Mapping[str, Any], Mapping[str, Any]], Iterator[FieldProblem]]


def model_misfits(spec: JobSpec, model: str | Path) -> list[FieldProblem]:
    """What of the training does not fit the folder; empty where it cannot be read here, or tells nothing."""
    try:
        config = read_json(Path(model) / "config.json")
    except OSError:
        return []
    if not isinstance(config, dict):
        return []
    check = CHECKS.get(str(spec.training.params.get("train_type")))
    return list(check(config, spec.extra_args)) if check else []


def _of_longlora(config: Mapping[str, Any], extra: Mapping[str, Any]) -> Iterator[FieldProblem]:
    kind = str(extra.get("model_type") or config.get("model_type") or "")
    if kind and LLAMA not in kind:
        yield FieldProblem(
            "params.train_type",
            OptionCode.CONFLICT,
            f"longlora is for llama models, and this is {kind[:64]}: take lora",
        )


def _of_blocks(config: Mapping[str, Any], extra: Mapping[str, Any]) -> Iterator[FieldProblem]:
    layers = _number(config, LAYERS)
    new, groups = _sent(extra, "llamapro_num_new_blocks", 4), _sent(extra, "llamapro_num_groups", 0)
    if layers and new and layers % new:
        most = max(number for number in range(1, min(new, layers) + 1) if layers % number == 0)
        why = f"the model's {layers} layers have to be a multiple of it: set it to {most}"
        yield FieldProblem("extra_args.llamapro_num_new_blocks", OptionCode.CONFLICT, why)
    elif layers and groups > layers:
        yield _more_than_layers("llamapro_num_groups", layers)


def _of_lisa(config: Mapping[str, Any], extra: Mapping[str, Any]) -> Iterator[FieldProblem]:
    layers, active = _number(config, LAYERS), _sent(extra, "lisa_activated_layers", 0)
    if layers and active > layers:
        yield _more_than_layers("lisa_activated_layers", layers)


def _of_boft(config: Mapping[str, Any], extra: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """Of the layers that all-linear takes; where others are named, the model's own sizes say nothing."""
    size, count = _sent(extra, "boft_block_size", 4), _sent(extra, "boft_block_num", 0)
    factor = 2 ** (max(1, _sent(extra, "boft_n_butterfly_factor", 1)) - 1)
    block = (size or count) * factor
    widths = [width for names in WIDTHS if (width := _number(config, names))]
    uneven = next((width for width in widths if block and width % block), 0)
    if uneven and "all-linear" in elements(extra.get("target_modules") or ["all-linear"]):
        name = "boft_block_size" if size else "boft_block_num"
        why = f"the model has layers {uneven} wide, and {block} at once do not divide them: 4 is usual"
        yield FieldProblem(f"extra_args.{name}", OptionCode.CONFLICT, why)


CHECKS: Mapping[str, Check] = {"longlora": _of_longlora, "llamapro": _of_blocks, "boft": _of_boft, "full": _of_lisa}


def _more_than_layers(name: str, layers: int) -> FieldProblem:
    why = f"the model has {layers} layers: set it to {layers} or less"
    return FieldProblem(f"extra_args.{name}", OptionCode.CONFLICT, why)


def _number(config: Mapping[str, Any], names: tuple[str, ...]) -> int:
    """0 where it is not told."""
    parts = [config, *(config[part] for part in PARTS if isinstance(config.get(part), dict))]
    found = (part[name] for part in parts for name in names if isinstance(part.get(name), int))
    return next(found, 0)


def _sent(extra: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = extra.get(name)
    return otherwise if value in (None, "", []) else int(value)
