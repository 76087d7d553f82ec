"""Builds bodies of new jobs and deployments from files and options. Knows the fields, leaves judging to the service."""

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import click

MULTIMODAL = {"mllm", "multimodal"}
LANGUAGE = {"llm", "language_model"}


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


def job_body(
    file: Mapping[str, Any] | None, fields: Mapping[str, Any], params: Mapping[str, Any], extra_args: Mapping[str, Any]
) -> dict[str, Any]:
    """The file's body with the options' values put over it; a field that is None was not given."""
    given = {name: value for name, value in fields.items() if value is not None}
    if file is None and not given and not params and not extra_args:
        raise click.UsageError("Give a job FILE, or at least --type, --model, --data and --output-dir.")
    body = {**(file or {}), **given}
    if params:
        key = _params_key(body)
        body[key] = {**_mapping(body, key), **params}
    if extra_args:
        body["extra_args"] = {**_mapping(body, "extra_args"), **extra_args}
    if file is None and "task_type" not in body:
        raise click.UsageError("Say what is trained: --type llm or --type mllm.")
    return body


def _params_key(body: Mapping[str, Any]) -> str:
    """Where parameters go: the old form where the file uses it, otherwise by the task type."""
    if "train_params" in body:
        return "train_params"
    task_type = body.get("task_type")
    if task_type in LANGUAGE:
        return "llm_params"
    if task_type in MULTIMODAL:
        return "mllm_params"
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
