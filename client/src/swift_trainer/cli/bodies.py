"""Builds bodies of new jobs and deployments from files and options. Knows the fields, leaves judging to the service."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

MULTIMODAL = {"mllm", "multimodal"}
LANGUAGE = {"llm", "language_model"}
NEEDED = ("model_path", "data_path", "output_dir")
FORMS = {"llm": "llm_params", "mllm": "mllm_params"}


def read_job_file(file: io.TextIOBase) -> dict[str, Any]:
    """The JSON object in the file; says where it is broken."""
    name = getattr(file, "name", "the file")
    try:
        body = json.load(file)
    except json.JSONDecodeError as exc:
        raise click.UsageError(f"{name} is not JSON: {exc.msg} in line {exc.lineno}, column {exc.colno}.") from exc
    except ValueError as exc:
        raise click.UsageError(f"{name} is not UTF-8 text: {exc}.") from exc
    if not isinstance(body, dict):
        raise click.UsageError(f"{name} has to hold a JSON object.")
    return body


TypeFinder = Callable[[Mapping[str, Any]], str | None]


def job_body(
    file: Mapping[str, Any] | None,
    fields: Mapping[str, Any],
    params: Mapping[str, Any],
    extra_args: Mapping[str, Any],
    find_type: TypeFinder,
) -> dict[str, Any]:
    """The file's body with the options' values put over it; a field that is None was not given.

    `find_type` is asked for the task type of a body that does not tell it and has to.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    if file is None and not given and not params and not extra_args:
        raise click.UsageError("Give a job FILE, or at least --model, --data and --output-dir.")
    body = {**(file or {}), **given}
    if extra_args:
        body["extra_args"] = {**_mapping(body, "extra_args"), **extra_args}
    if (params or file is None) and not _tells_type(body):
        body["task_type"] = _found_type(body, find_type, for_params=bool(params))
    if params:
        key = _params_key(body)
        body[key] = {**_mapping(body, key), **params}
    return body


def _tells_type(body: Mapping[str, Any]) -> bool:
    """By its name, or by the parameters of one kind alone, or in the old form, which may leave it out."""
    forms = [form for form in FORMS.values() if body.get(form) is not None]
    return "task_type" in body or "train_params" in body or len(forms) == 1


def _found_type(body: Mapping[str, Any], find_type: TypeFinder, *, for_params: bool) -> str:
    found = find_type(body) if all(body.get(name) for name in NEEDED) else None
    if found is None:
        start = "-p needs to know" if for_params else "Say"
        raise click.UsageError(f"{start} what is trained: --type llm or --type mllm.")
    return found


def _params_key(body: Mapping[str, Any]) -> str:
    """Where parameters go: the old form where the file uses it, otherwise by the task type."""
    if "train_params" in body:
        return "train_params"
    task_type = body.get("task_type")
    if task_type is None:
        return next(form for form in FORMS.values() if body.get(form) is not None)
    if task_type in LANGUAGE or task_type in MULTIMODAL:
        return FORMS["llm" if task_type in LANGUAGE else "mllm"]
    raise click.UsageError("-p needs to know what is trained: --type llm or --type mllm.")


def _mapping(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = body.get(key) or {}
    if not isinstance(value, dict):
        raise click.UsageError(f"{key} in the file has to be an object to add to it.")
    return value


Pairs = Iterable[tuple[str, Any]]


def deploy_body(
    model_path: str, fields: Mapping[str, Any], resources: Mapping[str, Any], maps: Mapping[str, Pairs], *, hold: bool
) -> dict[str, Any]:
    """The body with what was given; a field that is None, and a map without pairs, was not."""
    body = {"model_path": model_path, **_given(fields)}
    if given := _given(resources):
        body["resources"] = given
    body |= {name: pairs for name, found in maps.items() if (pairs := dict(found))}
    return body | ({"auto_start": False} if hold else {})


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
