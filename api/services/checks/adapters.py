"""A training that goes on with an adapter keeps the adapter's own rank: what was sent may contradict it."""

from collections.abc import Iterator
from pathlib import Path

from api.services.checks.form import PARAMS, Form
from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.settings import Settings
from common.swift.inputs import InputRefused, locate
from common.swift.inputs.models.adapter import adapter_alpha, adapter_rank, base_note
from common.swift.options import OptionCode
from common.swift.options.safety import elements

OWN = {"lora_rank": adapter_rank, "lora_alpha": adapter_alpha}


def adapter_problems(settings: Settings, spec: JobSpec, form: Form) -> Iterator[FieldProblem]:
    """What was sent and is not as the adapter has it, as far as this process can see the adapter."""
    folder = _folder(settings, spec)
    if folder is None:
        return
    for name, read in OWN.items():
        own, wanted = read(folder), spec.training.params.get(name)
        if name in form.sent and own and own != wanted:
            why = (
                f"the adapter that the training goes on with has {own:g} and keeps it: leave this out, or send {own:g}"
            )
            yield FieldProblem(f"{PARAMS}.{name}", OptionCode.CONFLICT, why)


def adapter_notes(settings: Settings, spec: JobSpec) -> list[str]:
    """On an adapter that was made for a model of another name, as far as this process can see it."""
    folder = _folder(settings, spec)
    if folder is None:
        return []
    try:
        model = locate(spec.model_path, settings.allowed_roots).opened
    except InputRefused:
        return []  # told by the check of paths
    note = base_note(folder, model)
    return [note] if note else []


def _folder(settings: Settings, spec: JobSpec) -> Path | None:
    adapters = elements(spec.extra_args.get("adapters") or [])
    if len(adapters) != 1 or not settings.inputs_visible_to_api:
        return None
    try:
        located = locate(str(adapters[0]), settings.allowed_roots, "extra_args.adapters")
    except InputRefused:
        return None  # told by the check of paths
    return None if located.on_hub else Path(located.opened)
