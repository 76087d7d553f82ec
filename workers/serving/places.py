"""Every place that a deployment names, resolved and checked on this node before anything is started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from common.inputs import (
    InputProblem,
    InputRefused,
    ServedModel,
    adapter_rank,
    check_adapter,
    check_served_model,
    resolve_served_model,
)
from common.jobs import JobSpec
from common.reasons import Reason
from common.swift_command.deploy_command import deploy_of
from workers.swift.paths import resolve_input

MODEL = "model_path"


@dataclass(frozen=True, slots=True)
class ServedPlaces:
    """What ms-swift is to open, in the words of DeployContext; a hub id stays as it was sent."""

    model_path: str
    model_adapter: str = ""
    adapters: Mapping[str, str] = field(default_factory=dict)
    lora_rank: int = 0


def resolve_served_places(spec: JobSpec, roots: Sequence[Path]) -> ServedPlaces:
    """The deployment's places on this node; raises InputRefused for the first that is outside the roots or unusable."""
    model = _model(spec.model_path, roots)
    adapters = {name: _adapter(name, path, model, roots) for name, path in deploy_of(spec).adapters.items()}
    ranks = (adapter_rank(Path(folder)) for folder in (model.adapter, *adapters.values()) if folder)
    return ServedPlaces(model.model_path, model.adapter, adapters, max(ranks, default=0))


def _model(path: str, roots: Sequence[Path]) -> ServedModel:
    found = resolve_input(MODEL, path, roots)
    if not _is_local(found):
        return ServedModel(found)
    _refuse_first(check_served_model(found))
    served = resolve_served_model(found)
    return _with_base(served, roots) if served.adapter else served


def _with_base(served: ServedModel, roots: Sequence[Path]) -> ServedModel:
    """The base comes from the adapter's files, so it is checked like anything that a user sends."""
    base = resolve_input(MODEL, served.model_path, roots)
    if _is_local(base):
        _refuse_first(check_served_model(base))
    if _is_local(base) and resolve_served_model(base).adapter:
        why = f"{served.adapter} was made for {base}, which is an adapter itself; export that one first"
        raise InputRefused(InputProblem(MODEL, Reason.MODEL_INVALID, why))
    _refuse_first(check_adapter(served.adapter, base, MODEL))
    return ServedModel(base, served.adapter)


def _adapter(name: str, path: str, model: ServedModel, roots: Sequence[Path]) -> str:
    field_name = f"adapters.{name}"
    folder = resolve_input(field_name, path, roots)
    if not _is_local(folder):
        # Its args.json can name code, and could be looked into only after a download.
        why = f"{folder} is not a folder on this machine; an adapter is not fetched from a hub"
        raise InputRefused(InputProblem(field_name, Reason.PATH_NOT_ALLOWED, why))
    _refuse_first(check_adapter(folder, model.model_path, field_name))
    return folder


def _is_local(value: str) -> bool:
    return value.startswith("/")


def _refuse_first(problems: list[InputProblem]) -> None:
    if problems:
        raise InputRefused(problems[0])
