"""Refuses inputs that cannot work, before a GPU is taken, as far as this process can see the nodes' files."""

from collections.abc import Callable

from common.datasets import content_path, pinned_dataset
from common.errors import InvalidInput
from common.inputs import Place, check_data_path, check_model_path, classify, resolve_under_roots, split_sample
from common.inputs.problem import InputProblem, InputRefused
from common.jobs import JobSpec
from common.settings import Settings

Check = Callable[[str], list[InputProblem]]


def check_inputs(settings: Settings, spec: JobSpec) -> None:
    """Raise InvalidInput that names each wrong field. The node looks again, with its own eyes."""
    problems = [
        *_problems(settings, "model_path", spec.model_path, check_model_path),
        *_problems(settings, "data_path", spec.data_path, check_data_path),
        *_problems(settings, "output_dir", spec.output_dir, None),
    ]
    if problems:
        errors = [{"field": item.field, "message": item.message, "code": str(item.reason)} for item in problems]
        raise InvalidInput("; ".join(f"{item.field}: {item.message}" for item in problems), errors)


def _problems(settings: Settings, field: str, value: str, check: Check | None) -> list[InputProblem]:
    if check is not None and (dataset := pinned_dataset(value)):
        path = content_path(settings.data_dir, dataset.file_name)
        # What was uploaded to another machine was looked at there, and the node looks again.
        return check(f"{path}{dataset.sample}") if path.exists() else []
    if check is not None and classify(value, settings.allowed_roots) is Place.HUB:
        return []
    bare, sample = split_sample(value) if check is not None else (value, "")
    try:
        path = resolve_under_roots(bare, settings.allowed_roots, field=field)
    except InputRefused as refusal:
        # The roots are one setting for all machines; only what lies below them may differ.
        return [refusal.problem]
    if check is None or not settings.inputs_visible_to_api:
        return []
    return check(f"{path}{sample}")
