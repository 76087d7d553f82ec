"""What a training job says about deploying what it makes."""

from dataclasses import dataclass, replace
from typing import Any

from api.services import Services
from api.services.checks.deployments import serving_problems
from api.services.deployments import request_of
from common.field_problem import INVALID, FieldProblem
from common.jobs import TaskType
from common.secret import NO_SECRET, Secret
from deploy.claims import refuse_taken_names
from deploy.requests import DeployRequest, dump_request
from deploy.sealing import new_server_key, seal


@dataclass(frozen=True, slots=True)
class ThenDeploy:
    """The request as it is kept with the job, and the key of the server to come, to be shown once."""

    request: dict[str, Any]
    api_key: Secret


def then_deploy_of(services: Services, body: dict[str, Any], task_type: TaskType) -> ThenDeploy | None:
    """None when the training is not to be deployed. Raises StateConflict for names that other models have by now."""
    request = _request(body, task_type)
    if request is None:
        return None
    asked = request.serving
    if asked.name:
        refuse_taken_names(services.store, asked.name, asked.adapters)
    api_key = request.api_key or new_server_key()
    sealed = replace(request.spec, work=replace(asked, sealed_api_key=seal(services.settings, api_key)))
    return ThenDeploy(dump_request(replace(request, spec=sealed, api_key=NO_SECRET)), api_key)


def then_deploy_problems(services: Services, body: dict[str, Any], task_type: TaskType) -> list[FieldProblem]:
    """What is wrong with it, as far as can be said before the training."""
    request = _request(body, task_type)
    if request is None:
        return []
    found = serving_problems(services, request.spec)
    if not body["export"] and request.serving.adapters:
        message = "a model that is not exported is an adapter itself; leave `adapters` out, or export it"
        found.append(FieldProblem("adapters", INVALID, message))
    return [replace(problem, field=f"deploy.{problem.field}") for problem in found]


def _request(body: dict[str, Any], task_type: TaskType) -> DeployRequest | None:
    sent = body["deploy"]
    return request_of({**sent, "deploy_type": task_type}) if sent is not None else None
