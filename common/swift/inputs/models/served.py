"""What is to be served: a whole model, or a checkpoint that has only what training changed in one."""

from dataclasses import dataclass
from pathlib import Path

from common.field_problem import FieldProblem
from common.reasons import Reason
from common.swift.inputs.models.adapter import base_names, check_adapter_folder, is_adapter
from common.swift.inputs.models.model import check_model_path
from common.swift.inputs.models.saved_arguments import check_saved_arguments
from common.swift.inputs.problem import InputRefused


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model, a folder or a hub id, and the folder of the adapter that makes it what was asked for, if there is one.

    A `model_path` that an adapter named has not been checked: not where it lies, nor what it is.
    """

    model_path: str
    adapter: str = ""


def check_served_model(path: str | Path, field: str = "model_path") -> list[FieldProblem]:
    """What keeps the folder, a model or an adapter, from being served; empty when nothing was found.

    Whether an adapter fits its base is `check_adapter`'s to say.
    """
    folder = Path(path)
    if is_adapter(folder):
        return check_adapter_folder(folder, field)
    return check_model_path(folder, field) or check_saved_arguments(folder, field)


def resolve_served_model(path: str | Path, field: str = "model_path") -> ServedModel:
    """What a folder stands for; raises InputRefused for an adapter that does not say which model it belongs to."""
    folder = Path(path)
    if not is_adapter(folder):
        return ServedModel(str(folder))
    bases = base_names(folder)
    if not bases:
        why = f"{folder} is an adapter and names no base model; give the base here and the adapter in `adapters`"
        raise InputRefused(FieldProblem(field, Reason.MODEL_INVALID, why))
    # What training was given, and what it found there: a hub's cache may have moved since.
    there = next((name for name in bases if not name.startswith("/") or Path(name).is_dir()), bases[0])
    return ServedModel(there, str(folder))
