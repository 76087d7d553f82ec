"""Refuses inputs that cannot work, before a GPU is taken, as far as this process can see the nodes' files."""

from collections.abc import Callable, Sequence
from typing import Any

from api.services.checks.options import option_problems
from common.datasets import content_path, named_dataset, pinned_dataset
from common.errors import InvalidInput
from common.jobs import JobSpec
from common.reasons import Reason
from common.settings import Settings
from common.swift.command.extra_args import named_paths
from common.swift.inputs import Place, check_model_path, classify, resolve_input, resolve_under_roots, split_sample
from common.swift.inputs.data_check import check_data, check_media_folder, media_judge
from common.swift.inputs.problem import InputProblem, InputRefused
from common.swift.options import Catalog
from common.swift.options.bundled import newest_catalog
from common.swift.options.refused import DATASETS, NO_UPLOADS

# What the check of the options calls the parameters, whatever the client called them.
PARAMS = "params"
Check = Callable[[str], list[InputProblem]]


def refuse(errors: list[dict[str, Any]]) -> None:
    """Raise InvalidInput when there are any: it names each wrong field. The node looks again, with its own eyes."""
    if errors:
        raise InvalidInput("; ".join(f"{error['field']}: {error['message']}" for error in errors), errors)


def input_errors(
    settings: Settings, spec: JobSpec, catalogs: Sequence[Catalog] = (), params_field: str = PARAMS
) -> list[dict[str, Any]]:
    """Everything that is wrong with paths and options, as {field, message, code}; `params_field` has the parameters.

    `catalogs` are those of the nodes' ms-swift; without any, the newest release that this service knows is taken.
    """
    options = option_problems(spec, tuple(catalogs) or (newest_catalog(),))
    errors = [
        {"field": _as_sent(item.field, params_field), "message": item.message, "code": str(item.code)}
        for item in options
    ]
    refused = {item.field for item in options}
    errors += [
        {"field": item.field, "message": item.message, "code": str(item.reason)}
        for item in _path_problems(settings, spec)
        if item.field not in refused
    ]
    return errors


def data_path_problems(settings: Settings, spec: JobSpec) -> list[InputProblem]:
    """What is wrong with the data set alone, and with where the files that it names are."""
    return [*_media_problems(settings, spec), *_data_problems(settings, spec, "data_path", spec.data_path)]


def _as_sent(field: str, params_field: str) -> str:
    return f"{params_field}.{field.removeprefix(f'{PARAMS}.')}" if field.startswith(f"{PARAMS}.") else field


def _path_problems(settings: Settings, spec: JobSpec) -> list[InputProblem]:
    return [
        *_problems(settings, "model_path", spec.model_path, check_model_path),
        *data_path_problems(settings, spec),
        *_problems(settings, "output_dir", spec.output_dir, None),
        *(
            problem
            for name, value in named_paths(spec.extra_args)
            for problem in _option_problems(settings, spec, name, value)
        ),
    ]


def _option_problems(settings: Settings, spec: JobSpec, name: str, value: str) -> list[InputProblem]:
    field = f"extra_args.{name}"
    if name in DATASETS:
        return _data_problems(settings, spec, field, value)
    if named_dataset(value) is not None:
        why = NO_UPLOADS.get(name, "the name of a model is needed here")
        return [InputProblem(field, Reason.DATA_INVALID, f"no uploaded data set can be used: {why}")]
    return _problems(settings, field, value, _exists)


def _data_problems(settings: Settings, spec: JobSpec, field: str, value: str) -> list[InputProblem]:
    # What records name lies on the nodes, even where the records were uploaded to here.
    sees = settings.inputs_visible_to_api and not _media_problems(settings, spec)
    media = media_judge(spec, settings.allowed_roots, settings.media_urls, has_files=sees)
    return _problems(settings, field, value, lambda path: check_data(spec, field, path, media))


def _media_problems(settings: Settings, spec: JobSpec) -> list[InputProblem]:
    try:
        found = check_media_folder(spec, settings.allowed_roots)
    except InputRefused as refusal:
        return [refusal.problem]
    return found if settings.inputs_visible_to_api else []


def _exists(_path: str) -> list[InputProblem]:
    """A further model may be of many kinds; that it lies below a root is enough here."""
    return []


def _problems(settings: Settings, field: str, value: str, check: Check | None) -> list[InputProblem]:
    if check is not None and (dataset := pinned_dataset(value)):
        path = content_path(settings.data_dir, dataset.file_name)
        # What was uploaded to another machine was looked at there, and the node looks again.
        return check(f"{path}{dataset.sample}") if path.exists() else []
    if check is not None and classify(value, settings.allowed_roots) is Place.HUB:
        return []
    bare, sample = split_sample(value) if check is not None else (value, "")
    resolve = resolve_input if check is not None else resolve_under_roots
    try:
        path = resolve(bare, settings.allowed_roots, field=field)
    except InputRefused as refusal:
        # The roots are one setting for all machines; only what lies below them may differ.
        return [refusal.problem]
    if check is None or not settings.inputs_visible_to_api:
        return []
    return check(f"{path}{sample}")
