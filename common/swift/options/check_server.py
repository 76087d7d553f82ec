"""Are these the options of a server that ms-swift would start, and that a user may ask for?"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from common.deployments import Serving
from common.field_problem import FieldProblem
from common.swift.options.catalog import Catalog
from common.swift.options.check import EXTRA, NAME_MAX, TRAINING, unknown_option
from common.swift.options.lists import option_misfit
from common.swift.options.problem import OptionCode
from common.swift.options.refused_server import (
    ENGINE_PREFIXES,
    MEMORY_OPTIONS,
    OF_TRANSFORMERS,
    PARALLEL_OPTIONS,
    SERVE_ADAPTERS,
    SERVER_MANAGED,
)
from common.swift.options.safety import Refusal, name_refusal, value_refusal

COMMAND = "deploy"


def check_deploy_options(
    extra_args: Mapping[str, Any], catalog: Catalog, deploy: Serving, gpus: int = 1
) -> list[FieldProblem]:
    """Everything that is wrong with a deployment's further options and its adapters; empty when nothing is."""
    found = list(_adapter_problems(deploy))
    for name, value in extra_args.items():
        refusal = _refusal(name, value, catalog, deploy)
        if refusal:
            found.append(FieldProblem(f"{EXTRA}.{name[:NAME_MAX]}", *refusal))
    return found or list(_parallel_problems(extra_args, deploy, gpus))


def server_option_refusal(name: str, value: Any, deploy: Serving) -> Refusal | None:
    """Why an option may not be sent, whatever the release of ms-swift."""
    return name_refusal(name, SERVER_MANAGED) or _engine_refusal(name, deploy) or value_refusal(name, value)


def _refusal(name: str, value: Any, catalog: Catalog, deploy: Serving) -> Refusal | None:
    options = catalog.commands[COMMAND]
    refusal = name_refusal(name, SERVER_MANAGED)
    if name in options:
        return server_option_refusal(name, value, deploy) or option_misfit(name, options[name], value)
    if refusal:
        return refusal
    if any(name in catalog.commands[command] for command in TRAINING):
        return OptionCode.OTHER_METHOD, "no option of a deployment; it belongs to a training"
    return unknown_option(name, options, catalog.version)


def _engine_refusal(name: str, deploy: Serving) -> Refusal | None:
    engine = _engine_of(name)
    if engine and engine != deploy.infer_backend:
        return OptionCode.OTHER_BACKEND, f"an option of {engine}; this deployment runs on {deploy.infer_backend}"
    if deploy.gpu_memory_mib and name == MEMORY_OPTIONS.get(deploy.infer_backend):
        return OptionCode.MANAGED, "set `resources.gpu_memory`, from which this is worked out"
    return None


def _engine_of(name: str) -> str:
    if name in OF_TRANSFORMERS:
        return "transformers"
    return next((engine for prefix, engine in ENGINE_PREFIXES.items() if name.startswith(prefix)), "")


def _adapter_problems(deploy: Serving) -> Iterator[FieldProblem]:
    if deploy.adapters and deploy.infer_backend not in SERVE_ADAPTERS:
        why = f"{deploy.infer_backend} serves no adapters; export the job and deploy the merged model"
        yield FieldProblem("adapters", OptionCode.OTHER_BACKEND, why)
    for name in deploy.adapters:
        if name == deploy.name:
            why = "the deployment has this name itself; give the adapter another"
            yield FieldProblem(f"adapters.{name[:NAME_MAX]}", OptionCode.MALFORMED, why)


def _parallel_problems(extra_args: Mapping[str, Any], deploy: Serving, gpus: int) -> Iterator[FieldProblem]:
    """Runs last: the values are whole numbers."""
    names = [name for name in PARALLEL_OPTIONS.get(deploy.infer_backend, ()) if name in extra_args]
    product = math.prod(int(extra_args[name]) for name in names)
    if names and product != gpus:
        why = f"this needs {product} GPUs, the deployment has {gpus}"
        yield FieldProblem(f"{EXTRA}.{names[0]}", OptionCode.MALFORMED, why)
