"""Refuses a deployment that cannot work, before a GPU is taken, as far as this process can see the nodes' files."""

from dataclasses import replace
from functools import partial

from api.services import Services
from api.services.checks.locations import location_problems
from api.services.checks.options import environment_problems
from api.services.checks.packages import check_packages
from common.deployments import Target
from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.reasons import Reason
from common.settings import Settings
from common.swift.inputs import Roots, check_adapter, check_served_model, check_tasks, home_fault, is_on_hub, locate
from common.swift.inputs.places.paths import shown_path
from common.swift.options import check_deploy_options
from deploy.platforms.platforms import platform_problems

# A platform's files are not those of this machine: only the form tells an id on a hub.
NOWHERE = Roots(())


def serving_problems(services: Services, spec: JobSpec) -> list[FieldProblem]:
    """Everything that is wrong; the node looks again, with its own eyes. No `model_path`: it is still to be trained."""
    is_ours = spec.serving.target is Target.LOCAL
    found = [*_option_problems(services, spec), *_platform_problems(services, spec)]
    found = found or check_packages(services, spec).problems
    places = _path_problems(services.settings, spec) if is_ours else _form_problems(spec)
    refused = {problem.field for problem in found}
    return [*found, *(problem for problem in places if problem.field not in refused)]


def _platform_problems(services: Services, spec: JobSpec) -> list[FieldProblem]:
    model = [spec.model_path] if spec.model_path else []
    return platform_problems(
        spec.serving.target,
        spec.serving.platform,
        roots=services.settings.allowed_roots,
        gpus=spec.gpus,
        model_paths=[*model, *spec.serving.adapters.values()],
    )


def _option_problems(services: Services, spec: JobSpec) -> list[FieldProblem]:
    """Nothing when one of the nodes' releases would take them all."""
    serving = replace(spec.serving, name=spec.serving.name or "model")
    catalogs = services.catalogs.now()
    found = [check_deploy_options(spec.extra_args, catalog, serving, spec.gpus) for catalog in catalogs]
    return [*min(found, key=len), *environment_problems(spec.env)]


def _form_problems(spec: JobSpec) -> list[FieldProblem]:
    """Of what other platforms open: their files are not seen here, but it has to be a whole path or an id on a hub."""
    adapters = {f"adapters.{name}": path for name, path in spec.serving.adapters.items()}
    named = {"model_path": spec.model_path, **adapters}
    return [FieldProblem(field, Reason.PATH_NOT_ALLOWED, why) for field, path in named.items() if (why := _fault(path))]


def _fault(path: str) -> str:
    if not path or path.startswith("/") or is_on_hub(path, NOWHERE):
        return ""
    return home_fault(path) or f"{shown_path(path)} is neither a whole path on the platform nor an id on a hub"


def _path_problems(settings: Settings, spec: JobSpec) -> list[FieldProblem]:
    model = spec.model_path
    problems = location_problems(settings, "model_path", model, check_served_model) if model else []
    base = locate(model, settings.allowed_roots).opened if model and not problems else ""
    for name, path in spec.serving.adapters.items():
        check = partial(check_adapter, model=base, field=f"adapters.{name}")
        problems += location_problems(settings, f"adapters.{name}", path, check)
    return problems or _task_problems(settings, spec)


def _task_problems(settings: Settings, spec: JobSpec) -> list[FieldProblem]:
    if not settings.inputs_visible_to_api:
        return []
    roots = settings.allowed_roots
    adapters = {f"adapters.{name}": locate(path, roots).opened for name, path in spec.serving.adapters.items()}
    model = locate(spec.model_path, roots).opened if spec.model_path else ""
    return check_tasks(str(spec.extra_args.get("task_type") or ""), spec.serving.infer_backend, model, adapters)
