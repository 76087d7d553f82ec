"""What a training job says about deploying what it makes: kept with the job, checked before it, done behind it."""

from dataclasses import replace
from typing import Any

from api.services import Services
from api.services.checks.deployments import serving_problems
from api.services.deployments import request_of
from common.field_problem import INVALID, FieldProblem
from common.job_specs import JobSpec, TaskType
from common.secret import NO_SECRET, Secret
from common.settings import Settings
from deploy.claims import refuse_taken_names
from deploy.requests import dump_request, load_request
from deploy.sealing import new_server_key, seal, unseal


def wish_of(settings: Settings, sent: dict[str, Any], task_type: TaskType) -> dict[str, Any]:
    """The request as it is kept, the key of its server sealed."""
    request = request_of({**sent, "deploy_type": task_type})
    sealed = seal(settings, request.api_key or new_server_key())
    spec = replace(request.spec, work=replace(request.serving, sealed_api_key=sealed))
    return dump_request(replace(request, spec=spec, api_key=NO_SECRET))


def wish_problems(services: Services, spec: JobSpec) -> list[FieldProblem]:
    """What is wrong with the training's wish, as far as can be said before it."""
    if spec.then_deploy is None:
        return []
    wished = load_request(spec.then_deploy).spec
    found = serving_problems(services, wished)
    if not spec.training.export and wished.serving.adapters:
        message = "a model that is not exported is an adapter itself; leave `adapters` out, or export it"
        found.append(FieldProblem("adapters", INVALID, message))
    return [replace(problem, field=f"deploy.{problem.field}") for problem in found]


def refuse_wished_name(services: Services, spec: JobSpec) -> None:
    """Raises StateConflict for a name that another model has by now."""
    serving = load_request(spec.then_deploy).serving if spec.then_deploy else None
    if serving and serving.name:
        refuse_taken_names(services.store, serving.name, serving.adapters)


def server_key_of(settings: Settings, wish: dict[str, Any]) -> Secret:
    """The key of the server to come, to be shown once."""
    return unseal(settings, load_request(wish).serving.sealed_api_key)
