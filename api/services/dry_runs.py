"""A dry run: everything that is known about a job before it is submitted, and nothing written anywhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from api.services import Services
from api.services.checks.adapters import adapter_notes
from api.services.checks.earlier_jobs import foretold_note
from api.services.checks.form import Form
from api.services.checks.model_kind import kind_notes, model_kind
from api.services.checks.named_modules import module_notes
from api.services.checks.options import uncounted_options
from api.services.checks.packages import check_packages
from api.services.checks.reading import as_meant
from api.services.checks.trainings import NO_FORM, data_notes, data_verdict, input_problems, names_here
from api.services.datasets.refs import pin_datasets, what_to_look_at
from api.services.going_on import go_on
from api.services.then_deploy import wish_problems
from common.field_problem import FieldProblem
from common.job_specs import JobSpec, TaskType
from common.settings import Settings
from common.swift.command.command import CommandContext, train_command
from common.swift.command.extra_args import named_paths
from common.swift.estimate import (
    MemoryEstimate,
    ModelSize,
    Rows,
    StepsEstimate,
    count_all_rows,
    estimate_memory,
    estimate_steps,
    model_size,
)
from common.swift.inputs import InputRefused, Located, is_on_hub, locate, resolve_under_roots
from common.swift.inputs.given_names import Names, as_given, problem_as_given
from common.swift.inputs.sets.named import trained_data
from common.swift.inputs.sets.seen import Seen
from common.swift.options import Catalog

UNKNOWN_STEPS = StepsEstimate(None, "unknown: some fields are wrong")
UNKNOWN_MEMORY = MemoryEstimate(None, "unknown: some fields are wrong")


@dataclass(frozen=True, slots=True)
class DryRun:
    """`notes` are sentences on what could not be checked here, how it was read, and what of it does not count.

    `command` is argv after the interpreter as a node with GPUs would start it in the first attempt, empty when there
    are problems. `model_task_type` is what the model is, None where that cannot be seen.
    """

    problems: tuple[FieldProblem, ...]
    notes: tuple[str, ...]
    command: tuple[str, ...]
    steps: StepsEstimate
    memory: MemoryEstimate
    task_type: TaskType
    model_task_type: TaskType | None

    @property
    def ok(self) -> bool:
        return not self.problems


def validate(services: Services, asked: JobSpec, form: Form, form_problems: Sequence[FieldProblem] = ()) -> DryRun:
    """What the submission would say of the job, and what is known about it beyond that.

    `form_problems` are those of the body that it was made of. Raises InvalidInput for a data set that cannot be found.
    """
    catalogs = services.catalogs.now()
    gone_on = go_on(services, asked, form)
    if gone_on.problems:  # what it names is not there to be looked at
        problems = (*form_problems, *gone_on.problems)
        return DryRun(problems, (), (), UNKNOWN_STEPS, UNKNOWN_MEMORY, asked.task_type, None)
    meant, read = as_meant(gone_on.spec, catalogs)
    pinned = pin_datasets(services, meant, form.as_sent)
    spec, settings = what_to_look_at(services, pinned)
    packages = check_packages(services, spec, form)
    further = [*form_problems, *packages.problems, *wish_problems(services, spec)]
    of_model = [*kind_notes(settings, spec), *module_notes(settings, spec), *adapter_notes(settings, spec)]
    notes = [*gone_on.notes, *read, *packages.notes, *of_model]
    found = dry_run(spec, settings, catalogs, catalogs[0].version, further, form=form, further_notes=notes)
    found = _as_given(found, names_here(services.settings, pinned), but=notes)
    if gone_on.state:
        found = replace(found, notes=(*found.notes, *foretold_note(gone_on.state, spec, found.steps.steps)))
    return found if found.model_task_type else replace(found, model_task_type=gone_on.model_task_type)


def dry_run(
    spec: JobSpec,
    settings: Settings,
    catalog: Catalog | Sequence[Catalog],
    swift_version: str,
    further_problems: Sequence[FieldProblem] = (),
    *,
    form: Form = NO_FORM,
    further_notes: Sequence[str] = (),
) -> DryRun:
    """Check the job and show what it would be. Reads files only where this process sees the nodes' files.

    `form` is how the client wrote the parameters.
    """
    catalogs = (catalog,) if isinstance(catalog, Catalog) else tuple(catalog)
    problems = (*input_problems(settings, spec, catalogs, form), *further_problems)
    told = (*_notes(spec, settings, swift_version), *data_notes(settings, spec, form, problems))
    notes = (*told, *further_notes)
    kind = model_kind(settings, spec.model_path)
    if problems:
        return DryRun(problems, notes, (), UNKNOWN_STEPS, UNKNOWN_MEMORY, spec.task_type, kind)
    rows, size = _look(spec, settings)
    return DryRun(
        problems=(),
        notes=(*notes, *uncounted_options(spec, catalogs[0], form)),
        command=tuple(_command(spec, settings, swift_version)),
        steps=estimate_steps(spec.training.method, spec.training.params, spec.extra_args, spec.gpus, rows),
        memory=estimate_memory(spec.training.method, spec.training.params, spec.extra_args, spec.gpus, size),
        task_type=spec.task_type,
        model_task_type=kind,
    )


def _as_given(found: DryRun, names: Names, *, but: Sequence[str]) -> DryRun:
    """With the user's names in its sentences, `but` in those that tell where an earlier job's files lie."""
    problems = tuple(problem_as_given(problem, names) for problem in found.problems)
    notes = tuple(note if note in but else as_given(note, names) for note in found.notes)
    return replace(found, problems=problems, notes=notes)


def _notes(spec: JobSpec, settings: Settings, swift_version: str) -> list[str]:
    notes = [f"checked against the options of ms-swift {swift_version}"] if swift_version else []
    for field, value in (("model_path", spec.model_path), *trained_data(spec)):
        if is_on_hub(value, settings.allowed_roots):
            notes.append(f"{field}: {value} is on a hub; the node fetches it, nothing of it was checked")
        elif not settings.inputs_visible_to_api:
            notes.append(f"{field}: lies on the nodes, which check it before they start; INPUTS_VISIBLE_TO_API is off")
    return notes


def _look(spec: JobSpec, settings: Settings) -> tuple[Rows | None, ModelSize | None]:
    if not settings.inputs_visible_to_api:
        return None, None
    data, model = _located_data(spec, settings), _located(spec.model_path, settings)
    return (
        None if any(located.on_hub for located in data) else count_all_rows(_seen(spec, settings, data)),
        None if model.on_hub else model_size(Path(model.opened)),
    )


def _seen(spec: JobSpec, settings: Settings, data: Sequence[Located]) -> Iterator[Seen]:
    for (field, _), located in zip(trained_data(spec), data, strict=True):
        yield Seen(field, located.opened, data_verdict(settings, spec, field, located.opened))


def _command(spec: JobSpec, settings: Settings, swift_version: str) -> list[str]:
    context = CommandContext(
        swift_version=swift_version,
        model_path=_located(spec.model_path, settings).opened,
        data_paths=tuple(located.opened for located in _located_data(spec, settings)),
        output_dir=f"{resolve_under_roots(spec.training.output_dir, settings.allowed_roots)}/attempt-1",
        gpu_count=spec.gpus,
        reads_text_only=model_kind(settings, spec.model_path) is TaskType.LLM,
        resolved={value: _located(value, settings).opened for _, value in named_paths(spec.extra_args)},
    )
    return train_command(spec, context)


def _located_data(spec: JobSpec, settings: Settings) -> list[Located]:
    return [_located(value, settings) for value in spec.training.data_paths]


def _located(value: str, settings: Settings) -> Located:
    """As it was sent, where it cannot be found."""
    try:
        return locate(value, settings.allowed_roots)
    except InputRefused:
        return Located(value)
