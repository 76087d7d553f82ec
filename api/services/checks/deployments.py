"""Refuses a deployment that cannot work, before a GPU is taken, as far as this process can see the nodes' files."""

from typing import Any

from api.services import Services
from api.services.checks.options import environment_problems, option_catalogs
from common.deployments import DeploySpec
from common.errors import InvalidInput
from common.reasons import Reason
from common.settings import Settings
from common.swift.inputs import (
    InputProblem,
    InputRefused,
    Place,
    check_adapter,
    check_served_model,
    classify,
    home_fault,
    resolve_input,
)
from common.swift.options import OptionProblem, check_deploy_options
from deploy.platforms.platforms import platform_problems
from deploy.requests import DeployRequest
from deploy.sources import find_source


def check_serving(services: Services, request: DeployRequest) -> None:
    """Raise InvalidInput that names each wrong field. The node looks again, with its own eyes."""
    errors = serving_errors(services, request)
    if errors:
        raise InvalidInput("; ".join(f"{error['field']}: {error['message']}" for error in errors), errors)


def serving_errors(services: Services, request: DeployRequest, *, model_is_known: bool = True) -> list[dict[str, Any]]:
    """Everything that is wrong, as {field, message, code}. Without `model_is_known` it is still to be trained."""
    errors = [
        {"field": item.field, "message": item.message, "code": str(item.code)}
        for item in _option_problems(services, request)
    ]
    errors += [
        {"field": field, "message": message, "code": "invalid"}
        for field, message in _platform_problems(services, request, model_is_known=model_is_known)
    ]
    refused = {error["field"] for error in errors}
    look = _path_problems if request.target == "local" else _home_problems
    errors += [
        {"field": item.field, "message": item.message, "code": str(item.reason)}
        for item in look(services, request, model_is_known=model_is_known)
        if item.field not in refused
    ]
    return errors


def _platform_problems(services: Services, request: DeployRequest, *, model_is_known: bool) -> list[tuple[str, str]]:
    model = [_model(services, request, model_is_known=model_is_known)] if model_is_known else []
    return platform_problems(
        request.target,
        request.platform,
        roots=services.settings.allowed_roots,
        gpus=request.gpus,
        model_paths=[*model, *request.adapters.values()],
    )


def _option_problems(services: Services, request: DeployRequest) -> list[OptionProblem]:
    """Nothing when one of the nodes' releases would take them all."""
    deploy = DeploySpec(
        name=request.name or "model",
        version="",
        infer_backend=request.infer_backend,
        adapters=request.adapters,
        gpu_memory_mib=request.gpu_memory_mib,
    )
    found = [
        check_deploy_options(request.extra_args, catalog, deploy, request.gpus) for catalog in option_catalogs(services)
    ]
    return [*min(found, key=len), *environment_problems(request.env)]


def _home_problems(services: Services, request: DeployRequest, *, model_is_known: bool) -> list[InputProblem]:
    """Of what other platforms open: their files are not seen here, but a home folder is none of theirs either."""
    model = _model(services, request, model_is_known=model_is_known)
    named = {"model_path": model, **{f"adapters.{name}": path for name, path in request.adapters.items()}}
    return [
        InputProblem(field, Reason.PATH_NOT_ALLOWED, why) for field, path in named.items() if (why := home_fault(path))
    ]


def _path_problems(services: Services, request: DeployRequest, *, model_is_known: bool) -> list[InputProblem]:
    model = _model(services, request, model_is_known=model_is_known)
    problems: list[InputProblem] = []
    if model:
        problems += _problems(services.settings, "model_path", model, check_served_model)
    base = _resolved(services.settings, model) if model and not problems else ""
    for name, path in request.adapters.items():
        problems += _problems(services.settings, f"adapters.{name}", path, lambda folder: check_adapter(folder, base))
    return problems


def _model(services: Services, request: DeployRequest, *, model_is_known: bool) -> str:
    return find_source(services.store, request).request.model_path if model_is_known else ""


def _resolved(settings: Settings, model: str) -> str:
    """Where this process sees the model; a hub id as it is."""
    if classify(model, settings.allowed_roots) is Place.HUB:
        return model
    return str(resolve_input(model, settings.allowed_roots))


def _problems(settings: Settings, field: str, value: str, check: Any) -> list[InputProblem]:
    if classify(value, settings.allowed_roots) is Place.HUB:
        return []
    try:
        path = resolve_input(value, settings.allowed_roots, field=field)
    except InputRefused as refusal:
        return [refusal.problem]
    if not settings.inputs_visible_to_api:
        return []
    return [InputProblem(field, problem.reason, problem.message) for problem in check(path)]
