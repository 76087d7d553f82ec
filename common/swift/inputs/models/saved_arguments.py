"""Saved arguments, the args.json that ms-swift leaves in checkpoints and merged models, and reads again when it serves
or merges them: some of what it takes from there runs code or opens files.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common.field_problem import FieldProblem
from common.reasons import Reason
from common.swift.command.job_environment import FROM_JOB
from common.swift.inputs.models.model import read_json
from common.swift.options.safety import elements, value_refusal

ARGUMENTS = "args.json"

# What ms-swift takes over from the file and then imports, or puts into the environment. Since 3.5 it takes the first
# two and the texts below (load_args_from_ckpt in its arguments/base_args/base_args.py), before that nearly everything.
PLUGINS = ("external_plugins", "custom_register_path")
ENVIRONMENT = "model_kwargs"
TEXTS = (
    "attn_impl", "experts_impl", "system", "new_special_tokens", "rope_scaling", "response_prefix", "model_type",
    "template", "agent_template", "quant_method",
)  # fmt: skip


def check_saved_arguments(folder: Path, field: str) -> list[FieldProblem]:
    """What in the folder's args.json would run code or open files; empty when nothing does, or when there is none."""
    path = folder / ARGUMENTS
    try:
        content = read_json(path)
    except FileNotFoundError:
        return []
    except OSError as error:
        return [FieldProblem(field, Reason.MODEL_INVALID, f"{path} cannot be read: {error.strerror}")]
    if not isinstance(content, dict):
        return [FieldProblem(field, Reason.MODEL_INVALID, f"{path} is not a JSON object")]
    return [FieldProblem(field, Reason.OPTION_REFUSED, f"{path}: {why}") for why in _faults(content)]


def saved_arguments(folder: Path) -> dict[str, Any]:
    """What the folder's args.json holds; empty when there is none that can be read."""
    try:
        content = read_json(folder / ARGUMENTS)
    except OSError:
        return {}
    return content if isinstance(content, dict) else {}


def _faults(content: dict[str, Any]) -> Iterator[str]:
    for name in PLUGINS:
        if content.get(name):
            yield f"it names {name}, which run code; remove them from the file if the model does without"
    kwargs = content.get(ENVIRONMENT)
    names = kwargs if isinstance(kwargs, dict) else {str(kwargs): None} if kwargs else {}
    for name in names:
        if str(name).upper() not in FROM_JOB:
            yield f"its {ENVIRONMENT} set {str(name)[:80]!r} in the environment, which a job may not"
    for name in TEXTS:
        for value in elements(content.get(name)):
            refusal = value_refusal(name, value)
            if refusal:
                yield f"{name}: {refusal[1]}"
