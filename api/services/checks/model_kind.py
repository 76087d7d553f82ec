"""What kind of model a job names, as far as this process can see it, and whether the job took it for another."""

from common.job_specs import JobSpec, TaskType
from common.settings import Settings
from common.swift.inputs import InputRefused, locate
from common.swift.inputs.models.kind import task_type_of


def seen_model(settings: Settings, model_path: str) -> str:
    """The folder as it is opened; empty where it cannot be seen."""
    if not settings.inputs_visible_to_api or not model_path:
        return ""
    try:
        located = locate(model_path, settings.allowed_roots)
    except InputRefused:
        return ""
    return "" if located.on_hub else located.opened


def model_kind(settings: Settings, model_path: str) -> TaskType | None:
    """None where it cannot be seen, or does not tell."""
    folder = seen_model(settings, model_path)
    return task_type_of(folder) if folder else None


def kind_notes(settings: Settings, spec: JobSpec) -> list[str]:
    """What of a multimodal training does not count for a text model, or the other way round."""
    found = model_kind(settings, spec.model_path)
    if found is None or found is spec.task_type:
        return []
    if found is TaskType.LLM:
        return ["vit_lr and aligner_lr do not count: the model reads text only, and the task type llm would do"]
    return ["the model reads more than text; task type llm trains its language part alone, multimodal all of it"]
