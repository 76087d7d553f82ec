"""Validation of trainings: refuses inputs that cannot work, before a GPU is taken, as far as this process can see the
nodes' files.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from api.services import Services
from api.services.checks.adapters import adapter_notes, adapter_problems
from api.services.checks.form import Form
from api.services.checks.locations import Check, location_problems
from api.services.checks.model_kind import kind_notes, seen_model
from api.services.checks.named_modules import module_notes
from api.services.checks.options import conflict_problems, option_problems, uncounted_options
from api.services.checks.packages import check_packages
from api.services.checks.reading import as_meant
from api.services.checks.readings import verdict_on
from api.services.datasets.refs import pin_datasets
from api.services.going_on import go_on
from api.services.refusals import refuse
from api.services.then_deploy import refuse_wished_name, wish_problems
from common.datasets import content_path, named_dataset, pinned_dataset
from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.reasons import Reason
from common.settings import Settings
from common.swift.command.extra_args import named_paths
from common.swift.data.shapes.goals import PROMPT_METHODS
from common.swift.inputs import locate, renamed_columns, resolve_under_roots
from common.swift.inputs.asked_verdict import AskedVerdict
from common.swift.inputs.given_names import Names, as_given, given_names, problem_as_given
from common.swift.inputs.lengths import TOKENIZER, Limit
from common.swift.inputs.models.fit import model_misfits
from common.swift.inputs.models.trained_on import check_further, check_trained_model
from common.swift.inputs.problem import InputRefused
from common.swift.inputs.records.columns import unknown_columns
from common.swift.inputs.sets.check import check_media_folder, data_problems
from common.swift.inputs.sets.lone_pairs import lone_pairs
from common.swift.inputs.sets.named import named_data, trained_data
from common.swift.inputs.sets.seen import Seen, problems_together
from common.swift.inputs.sets.short import short_data
from common.swift.inputs.verdict import Verdict
from common.swift.options import Catalog
from common.swift.options.bundled import newest_catalog
from common.swift.options.refused import DATASETS, NO_UPLOADS

NO_FORM = Form()


@dataclass(frozen=True, slots=True)
class Checked:
    """A spec that was found right, and what its sender has to know of how it was read and what of it does not count."""

    spec: JobSpec
    notes: tuple[str, ...] = ()


def checked(services: Services, spec: JobSpec, form: Form) -> Checked:
    """The spec, found right as far as can be seen here, its data sets named by content. The node looks again.

    Raises InvalidInput that names each wrong field, and StateConflict for the name of a model to come that is taken.
    """
    catalogs = services.catalogs.now()
    gone_on = go_on(services, spec, form)
    refuse(gone_on.problems)
    meant, read = as_meant(gone_on.spec, catalogs)
    pinned = pin_datasets(services, meant, form.as_sent)
    found = input_problems(services.settings, pinned, catalogs, form)
    packages = check_packages(services, pinned, form)
    names = names_here(services.settings, pinned)
    found = [problem_as_given(problem, names) for problem in found]
    refuse([*found, *packages.problems, *(wish_problems(services, pinned) if pinned.then_deploy else ())])
    if pinned.then_deploy:
        refuse_wished_name(services, pinned)
    notes = (
        *gone_on.notes,
        *read,
        *packages.notes,
        *kind_notes(services.settings, pinned),
        *module_notes(services.settings, pinned),
        *(as_given(note, names) for note in adapter_notes(services.settings, pinned)),
        *(as_given(note, names) for note in data_notes(services.settings, pinned, form)),
    )
    named = replace(pinned, work=replace(pinned.training, called=form.called))
    return Checked(named, (*notes, *uncounted_options(pinned, catalogs[0], form)))


def names_here(settings: Settings, pinned: JobSpec) -> Names:
    """What the job's user calls its files, as they are on this machine."""
    return given_names(pinned, lambda file_name: [content_path(settings.data_dir, file_name)])


def input_problems(
    settings: Settings, spec: JobSpec, catalogs: Sequence[Catalog] = (), form: Form = NO_FORM
) -> list[FieldProblem]:
    """Everything that is wrong with paths and options, by the names that the client has for them; what does not go
    together only when each is right by itself.

    `catalogs` are those of the nodes' ms-swift; without any, the newest release that this service knows is taken.
    """
    known = catalogs or (newest_catalog(),)
    options = option_problems(spec, known)
    refused = {problem.field for problem in options}
    found = [*options, *(problem for problem in _path_problems(settings, spec) if problem.field not in refused)]
    if not found:
        found = [*conflict_problems(spec, known, form), *adapter_problems(settings, spec, form)]
    if not found and (folder := seen_model(settings, spec.model_path)):
        found = model_misfits(spec, folder)
    return [replace(problem, field=form.as_sent(problem.field)) for problem in found]


def data_path_problems(settings: Settings, spec: JobSpec) -> list[FieldProblem]:
    """What is wrong with the data to train on alone, and with where the files that it names are."""
    named, seen = trained_data(spec), list[Seen]()

    def see(field: str, path: str) -> list[FieldProblem]:
        seen.append(Seen(field, path, data_verdict(settings, spec, field, path)))
        return []

    found = [problem for field, value in named for problem in _problems(settings, field, value, partial(see, field))]
    together = problems_together(seen, spec.training.min_rows_used, are_all=len(seen) == len(named))
    refused = [*found, *together]
    alone = [] if refused else lone_pairs(spec, (one.verdict for one in seen))
    short = short_data(spec, seen) if len(seen) == len(named) and not refused else []
    return [*_media_problems(settings, spec), *refused, *alone, *short]


def data_notes(
    settings: Settings, spec: JobSpec, form: Form = NO_FORM, problems: Sequence[FieldProblem] = ()
) -> list[str]:
    """How the data sets are read where that is not plain, and what of them cannot be used, as far as is seen here and
    the problems do not say it.
    """
    refused = {problem.field for problem in problems}
    notes: list[str] = []
    columns: list[Collection[str]] = []
    for field, value in named_data(spec):

        def note(path: str, field: str = field) -> list[FieldProblem]:
            verdict, called = data_verdict(settings, spec, field, path), form.as_sent(field)
            columns.append(verdict.columns if verdict else ())
            if verdict:
                told = verdict.readings() if called in refused else verdict.warnings()
                notes.extend(f"{called}: {warning}" for warning in told)
            return []

        _problems(settings, field, value, note)
    if len(columns) == len(named_data(spec)):
        notes += unknown_columns(renamed_columns(spec.extra_args), columns)
    return notes


def data_verdict(settings: Settings, spec: JobSpec, field: str, path: str) -> Verdict | None:
    """On the data set that the field names, at this path of this machine; None when there is none."""
    # What records name lies on the nodes, even where the records were uploaded to here.
    sees = settings.inputs_visible_to_api and not _media_problems(settings, spec)
    limit = _limit(settings, spec)
    asked = AskedVerdict(spec, field, path, settings.allowed_roots, settings.media_urls, has_files=sees, limit=limit)
    return verdict_on(settings, asked)


def _path_problems(settings: Settings, spec: JobSpec) -> list[FieldProblem]:
    return [
        *_problems(settings, "model_path", spec.model_path, check_trained_model),
        *data_path_problems(settings, spec),
        *_output_problems(settings, spec.training.output_dir),
        *(
            problem
            for name, value in named_paths(spec.extra_args)
            for problem in _option_problems(settings, spec, name, value)
        ),
    ]


def _output_problems(settings: Settings, output_dir: str) -> list[FieldProblem]:
    try:
        resolve_under_roots(output_dir, settings.allowed_roots, field="output_dir")
    except InputRefused as refusal:
        return [refusal.problem]
    return []


def _option_problems(settings: Settings, spec: JobSpec, name: str, value: str) -> list[FieldProblem]:
    field = f"extra_args.{name}"
    if name in DATASETS:
        return _data_problems(settings, spec, field, value)
    if named_dataset(value) is not None:
        why = NO_UPLOADS.get(name, "the name of a model is needed here")
        return [FieldProblem(field, Reason.DATA_INVALID, f"no uploaded data set can be used: {why}")]
    return _problems(settings, field, value, lambda path: check_further(name, path, _model(settings, spec)))


def _data_problems(settings: Settings, spec: JobSpec, field: str, value: str) -> list[FieldProblem]:
    def check(path: str) -> list[FieldProblem]:
        return data_problems(spec, field, path, data_verdict(settings, spec, field, path))

    return _problems(settings, field, value, check)


def _limit(settings: Settings, spec: JobSpec) -> Limit | None:
    """How long rows may be, where those that are longer are left out, and the model's tokenizer can be seen."""
    is_left_out = spec.extra_args.get("truncation_strategy", "delete") == "delete"
    if not is_left_out or spec.training.method in PROMPT_METHODS or not settings.inputs_visible_to_api:
        return None
    tokenizer = Path(_model(settings, spec), TOKENIZER)
    max_length = spec.training.params.get("max_length")
    return Limit(str(tokenizer), int(max_length)) if max_length and tokenizer.is_file() else None


def _media_problems(settings: Settings, spec: JobSpec) -> list[FieldProblem]:
    try:
        found = check_media_folder(spec, settings.allowed_roots)
    except InputRefused as refusal:
        return [refusal.problem]
    return found if settings.inputs_visible_to_api else []


def _model(settings: Settings, spec: JobSpec) -> str:
    """The job's own model as ms-swift is to open it; empty where it cannot be found."""
    try:
        return locate(spec.model_path, settings.allowed_roots).opened
    except InputRefused:
        return ""


def _problems(settings: Settings, field: str, value: str, check: Check) -> list[FieldProblem]:
    if dataset := pinned_dataset(value):
        path = content_path(settings.data_dir, dataset.file_name)
        # What was uploaded to another machine was looked at there, and the node looks again.
        return check(f"{path}{dataset.sample}") if path.exists() else []
    return location_problems(settings, field, value, check)
