"""The command line of one server: a deployment's spec in, the argv of programs/serve_launcher.py out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.deployments import InferBackend, Serving
from common.job_specs import JobSpec
from common.swift.command.argv import OptionRefused, argv_of
from common.swift.command.engine_options import engine_options, gpu_memory_fraction
from common.swift.options.check_server import server_option_refusal
from common.swift.options.refused_server import SERVE_ADAPTERS
from common.swift.options.release import backend_name, writes_answers

# How many choices the transformers back end generates at a time; ms-swift's own default is one.
ROWS_AT_ONCE = 8

MODEL_NAME = re.compile(r"\w[\w./:@+-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class DeployContext:
    """What the node adds to a spec: resolved paths, address, GPUs, the installed ms-swift.

    `adapters` maps model names to folders. `model_adapter` is the folder of an adapter that is part of the model
    itself, as of a checkpoint that was not merged. `lora_rank` is the highest rank among them all, where known.
    """

    swift_version: str
    model_path: str
    port: int
    host: str = "127.0.0.1"
    adapters: Mapping[str, str] = field(default_factory=dict)
    model_adapter: str = ""
    lora_rank: int = 0
    gpu_count: int = 1
    gpu_memory_total_mib: int = 0
    on_cpu: bool = False


def deploy_command(spec: JobSpec, context: DeployContext) -> list[str]:
    """The launcher's arguments, without interpreter, launcher and key. Raises OptionRefused."""
    deploy = spec.serving
    extra = _checked(spec.extra_args, deploy)
    options = (
        _defaults(deploy, context)
        | extra
        | engine_options(deploy, extra, context.gpu_count, memory_fraction(spec, context), context.lora_rank)
        | _own(deploy, context)
    )
    return argv_of(options)


def memory_fraction(spec: JobSpec, context: DeployContext) -> float | None:
    """Which part of its GPU the server may take; None for all of it, and on a CPU."""
    if context.on_cpu:
        return None
    return gpu_memory_fraction(spec.serving.gpu_memory_mib, context.gpu_memory_total_mib)


def _defaults(deploy: Serving, context: DeployContext) -> dict[str, Any]:
    """What extra options may change."""
    defaults: dict[str, Any] = {"log_interval": -1}  # else a line of statistics every 20 s
    if deploy.infer_backend is InferBackend.TRANSFORMERS:
        defaults["max_batch_size"] = ROWS_AT_ONCE
    if context.on_cpu:
        defaults["torch_dtype"] = "float32"  # a CPU emulates half precision, at half the speed
    return defaults


def _own(deploy: Serving, context: DeployContext) -> dict[str, Any]:
    """What nothing may change."""
    return {
        "model": context.model_path,
        "adapters": _adapters(deploy, context),
        "infer_backend": backend_name(deploy.infer_backend, context.swift_version),
        "served_model_name": deploy.name,
        "host": context.host,
        "port": context.port,
        "verbose": False,  # else each prompt and answer is in the log
        "result_path": "/dev/null" if writes_answers(context.swift_version) else None,
    }


def _checked(extra_args: Mapping[str, Any], deploy: Serving) -> dict[str, Any]:
    for name, value in extra_args.items():
        refusal = server_option_refusal(name, value, deploy)
        if refusal:
            raise OptionRefused(name[:80], refusal[1])
    return dict(extra_args)


def _adapters(deploy: Serving, context: DeployContext) -> list[str]:
    """`name=folder` for each, or the folder of the one that is part of the model."""
    _refuse_adapters(deploy, context)
    if context.model_adapter:
        return [context.model_adapter]
    return [f"{name}={folder}" for name, folder in context.adapters.items()]


def _refuse_adapters(deploy: Serving, context: DeployContext) -> None:
    given = [*context.adapters.values(), *filter(None, [context.model_adapter])]
    if given and deploy.infer_backend not in SERVE_ADAPTERS:
        raise OptionRefused("adapters", f"{deploy.infer_backend} serves no adapters; deploy the merged model")
    if context.model_adapter and context.adapters:
        # ms-swift would serve the bare base in the model's place from the first request for a named one on.
        raise OptionRefused("adapters", "the model is an adapter itself; deploy its base, and all adapters by name")
    for folder in given:
        if "=" in folder:
            raise OptionRefused("adapters", f"ms-swift cannot open a folder with `=` in its path: {folder[:200]}")
    for name in context.adapters:
        if not MODEL_NAME.fullmatch(name):
            raise OptionRefused("adapters", f"{name[:80]!r} is not a name for a model")
