"""Modules that a job names and its model has not, as far as this process can see the model."""

from pathlib import Path

from api.services.checks.model_kind import model_kind
from common.job_specs import JobSpec, TaskType
from common.settings import Settings
from common.swift.inputs import locate
from common.swift.inputs.models.named_modules import unknown_modules
from common.swift.inputs.models.safetensors_header import weights_of


def module_notes(settings: Settings, spec: JobSpec) -> list[str]:
    """Of a language model: those with other parts are loaded under other names than their files have."""
    if model_kind(settings, spec.model_path) is not TaskType.LLM:
        return []
    folder = Path(locate(spec.model_path, settings.allowed_roots).opened)
    is_full = spec.training.params.get("train_type") == "full"
    return list(unknown_modules(spec.extra_args, weights_of(folder), is_full=is_full))
