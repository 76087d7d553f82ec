"""Writes the options of the installed ms-swift as JSON: `python describe_options.py OUT.json`.

Runs in the swift interpreter, from its file: nothing but the standard library, ms-swift and what ms-swift brings. The
parsers are those that ms-swift builds for itself, so names, types and choices are what its command line accepts.
"""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import enum
import json
import os
import sys
from argparse import Action
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

os.environ["HF_HUB_OFFLINE"] = "1"  # read when transformers is imported

from swift import arguments
from swift.utils.utils import _patch_get_type_hints
from transformers import HfArgumentParser

CLASSES = {
    "sft": "SftArguments",
    "pt": "PretrainArguments",
    "rlhf": "RLHFArguments",
    "export": "ExportArguments",
    "deploy": "DeployArguments",
    "infer": "InferArguments",
}
# Options that argparse takes for any text and ms-swift then looks up in a registry of its own, some seconds later.
REGISTRIES = {
    "model_type": ("swift.model", "MODEL_MAPPING"),
    "template": ("swift.template", "TEMPLATE_MAPPING"),
    "agent_template": ("swift.agent_template", "agent_template_map"),
    "reward_funcs": ("swift.rewards", "orms"),
    "lr_scheduler_type": ("transformers", "SchedulerType"),
    "eval_strategy": ("transformers.trainer_utils", "IntervalStrategy"),
    "eval_metric": ("swift.metrics", "eval_metrics_map"),
    "optimizer": ("swift.optimizers", "optimizers_map"),
    "callbacks": ("swift.callbacks", "callbacks_map"),
    "loss_type": ("swift.loss", "loss_map"),
    "report_to": ("transformers.integrations.integration_utils", "INTEGRATION_TO_CALLBACK"),
    "attn_impl": ("transformers.modeling_utils", "ALL_ATTENTION_FUNCTIONS"),
    "experts_impl": ("transformers.integrations.moe", "ALL_EXPERTS_FUNCTIONS"),
    "adapter_act": ("transformers.activations", "ACT2CLS"),
    "multi_turn_scheduler": ("swift.rollout", "multi_turns"),
    "gym_env": ("swift.rollout", "envs"),
    "reward_model_plugin": ("swift.rewards", "rm_plugins"),
    "reward_template": ("swift.template", "TEMPLATE_MAPPING"),
    "reward_model_type": ("swift.model", "MODEL_MAPPING"),
    "ref_model_type": ("swift.model", "MODEL_MAPPING"),
    "teacher_model_type": ("swift.model", "MODEL_MAPPING"),
}
# Words beside those of the registry.
FURTHER = {"report_to": ("all", "none"), "attn_impl": ("eager", "flash_attn"), "experts_impl": ("eager",)}
# Of the methods that compare answers it is another option, of several values, which each trainer reads in its own way.
OF_ONE_VALUE = {"loss_type"}
SIMPLE = {"str": "str", "int": "int", "float": "float", "Path": "path"}


def describe() -> dict[str, Any]:
    """The version, and each option's variants: what it takes, and the commands for which that holds."""
    options: dict[str, list[dict[str, Any]]] = {}
    for command in CLASSES:
        for name, shape in _options_of(command).items():
            variants = options.setdefault(name, [])
            same = next((variant for variant in variants if variant | {"in": 0} == shape | {"in": 0}), None)
            if same is None:
                variants.append({**shape, "in": [command]})
            else:
                same["in"].append(command)
    return {"version": version("ms-swift"), "options": dict(sorted(options.items()))}


def as_text(catalog: dict[str, Any]) -> str:
    """JSON with one option a line."""
    lines = [f"{json.dumps(name)}: {json.dumps(shapes)}" for name, shapes in catalog["options"].items()]
    return f'{{"version": {json.dumps(catalog["version"])}, "options": {{\n' + ",\n".join(lines) + "\n}}\n"


def _options_of(command: str) -> dict[str, dict[str, Any]]:
    kind = getattr(arguments, CLASSES[command])
    hints = get_type_hints(kind)
    with _patch_get_type_hints():
        parser = HfArgumentParser([kind])
    # An action without a type is `--help`, or the `--no_…` form of a switch.
    return {action.dest: _shape(action, hints[action.dest]) for action in parser._actions if action.type is not None}


def _shape(action: Action, hint: Any) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": _type(action, hint)}
    if action.nargs == "+":
        shape["many"] = True
    choices = _choices(action)
    if choices:
        shape["choices"] = choices
    default = _plain(action.default)
    if default is not None:
        shape["default"] = default
    return shape


def _type(action: Action, hint: Any) -> str:
    if action.choices:
        return "str"
    kind = getattr(action.type, "__name__", "")
    if kind == "string_to_bool":
        return "bool"
    if _members(action):
        return "str"
    if action.type is str and any((get_origin(part) or part) is dict for part in _parts(hint)):
        return "json"
    # A type such as dict or a class of settings, which argparse calls with the text and which then fails.
    return SIMPLE.get(kind, "none")


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) is not None and get_origin(hint) not in (dict, list) else (hint,)


def _choices(action: Action) -> list[str]:
    if action.choices:
        return [str(getattr(choice, "value", choice)) for choice in action.choices if choice is not None]
    if action.dest in OF_ONE_VALUE and action.nargs == "+":
        return []
    return _members(action) or _registered(action.dest)


def _members(action: Action) -> list[str]:
    members: list[Any] = list(action.type) if isinstance(action.type, enum.EnumType) else []
    return [str(member.value) for member in members]


def _registered(name: str) -> list[str]:
    if name not in REGISTRIES:
        return []
    module, attribute = REGISTRIES[name]
    found = getattr(import_module(module), attribute, ())
    names = [*(str(getattr(key, "value", key)) for key in found), *FURTHER.get(name, ())]
    return sorted(word for word in names if "|" not in word)  # `paged|eager` is for servers


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return _plain(value.value)
    if isinstance(value, list | tuple):
        return [_plain(element) for element in value] or None
    return value if isinstance(value, bool | int | float | str) else None


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.with_suffix(".part").write_text(as_text(describe()), encoding="utf-8")
    out.with_suffix(".part").replace(out)
