"""The model and the adapters of a deployment on this node: found, checked, as the server is to open them."""

from dataclasses import dataclass, field
from pathlib import Path

from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.reasons import Reason
from common.swift.inputs import (
    InputRefused,
    Roots,
    adapter_rank,
    check_adapter,
    check_served_model,
    check_tasks,
    locate,
    resolve_served_model,
)


@dataclass(frozen=True, slots=True)
class ModelPaths:
    """Folders are absolute, hub ids as they were sent. `model_adapter` makes the model what was asked for."""

    model_path: str
    model_adapter: str = ""
    adapters: dict[str, str] = field(default_factory=dict)
    lora_rank: int = 0


def model_paths(spec: JobSpec, roots: Roots) -> ModelPaths:
    """Everything that the server opens; raises InputRefused for the first that is outside the roots or unusable."""
    found, model_adapter = locate(spec.model_path, roots, "model_path").opened, ""
    if found.startswith("/"):
        _refuse_first(check_served_model(found))
        served = resolve_served_model(found)
        if served.adapter:
            found, model_adapter = locate(served.model_path, roots, "model_path").opened, served.adapter
            _refuse_first(_base_problems(found, model_adapter))
    adapters = {name: _adapter(name, path, found, roots) for name, path in spec.serving.adapters.items()}
    named = {f"adapters.{name}": folder for name, folder in adapters.items()}
    asked = str(spec.extra_args.get("task_type") or "")
    _refuse_first(check_tasks(asked, spec.serving.infer_backend, model_adapter or found, named))
    folders = [Path(path) for path in (*adapters.values(), model_adapter) if path]
    return ModelPaths(found, model_adapter, adapters, max(map(adapter_rank, folders), default=0))


def _base_problems(base: str, adapter: str) -> list[FieldProblem]:
    """The base comes from the adapter's files, so it is checked like anything that a user sends."""
    if base.startswith("/"):
        if problems := check_served_model(base):
            return problems
        if resolve_served_model(base).adapter:
            why = f"{adapter} was made for {base}, which is an adapter itself; export that one first"
            return [FieldProblem("model_path", Reason.MODEL_INVALID, why)]
    return check_adapter(adapter, base, "model_path")


def _adapter(name: str, path: str, model: str, roots: Roots) -> str:
    place = locate(path, roots, f"adapters.{name}").opened
    if not place.startswith("/"):
        # Its args.json can name code to run, and could be looked into only after a download.
        why = f"{place} is not a folder on this machine; an adapter is not fetched from a hub"
        raise InputRefused(FieldProblem(f"adapters.{name}", Reason.PATH_NOT_ALLOWED, why))
    _refuse_first(check_adapter(place, model, f"adapters.{name}"))
    return place


def _refuse_first(problems: list[FieldProblem]) -> None:
    if problems:
        raise InputRefused(problems[0])
