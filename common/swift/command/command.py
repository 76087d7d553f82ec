"""The command lines of ms-swift for one attempt: a job's spec in, argv without the interpreter out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.job_specs import JobSpec, TaskType
from common.swift.command.argv import OptionRefused, argv_of
from common.swift.command.extra_args import checked_extra_args
from common.swift.command.parameters import swift_options
from common.swift.options.methods import METHODS, RLHF_METHODS, command_of


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What the node adds to a spec: resolved paths, the GPUs, the installed ms-swift.

    `output_dir` is the attempt's own folder, absolute. `resolved` maps each model or data set that extra_args name to
    what ms-swift is to open. `keeps_state`: checkpoints have what a later attempt needs to go on. `reads_text_only`:
    the model has no parts that a multimodal training has rates for.
    """

    swift_version: str
    model_path: str
    data_paths: tuple[str, ...]
    output_dir: str
    gpu_count: int = 1
    on_cpu: bool = False
    resume_from: str | None = None
    keeps_state: bool = False
    resolved: Mapping[str, str] = field(default_factory=dict)
    reads_text_only: bool = False


def train_command(spec: JobSpec, context: CommandContext) -> list[str]:
    """argv that trains, without the interpreter; the same for each rank. Raises OptionRefused."""
    extra = checked_extra_args(spec.extra_args, context.resolved)
    task_type = TaskType.LLM if context.reads_text_only else spec.task_type
    options = (
        {"model": context.model_path, "dataset": context.data_paths, "output_dir": context.output_dir}
        | _method_options(spec.training.method)
        | {"add_version": False}  # else the output goes to a dated folder below
        | _local_model_options(context)
        | _on_hardware(swift_options(spec.training.params, extra, task_type, context.swift_version), extra, context)
        | ({"save_only_model": False} if context.keeps_state else {})
        | {"resume_from_checkpoint": context.resume_from}
    )
    return ["-m", _train_module(spec.training.method), *argv_of(options)]


def _train_module(method: str) -> str:
    if method not in METHODS:
        raise OptionRefused("method", f"unknown; it is one of {', '.join(METHODS)}")
    return f"swift.cli.{command_of(method)}"


def _method_options(method: str) -> dict[str, Any]:
    return {"rlhf_type": method} if method in RLHF_METHODS else {}


def _local_model_options(context: CommandContext) -> dict[str, Any]:
    # Checking a local model against the hub costs 22 s of retries on a node without network.
    return {"check_model": False} if context.model_path.startswith("/") else {}


def _on_hardware(options: dict[str, Any], extra: Mapping[str, Any], context: CommandContext) -> dict[str, Any]:
    if not context.on_cpu:
        return options
    # Ranks on CPUs need both, or the results are wrong with exit 0; for a single process the back end is an error.
    backend = {"ddp_backend": "gloo"} if context.gpu_count > 1 else {}
    return _cpu_precision(options, extra) | {"use_cpu": True} | backend


def _cpu_precision(options: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Plain float32, unless extra_args ask for more: a CPU emulates half precision, at half the speed."""
    if "torch_dtype" in extra:
        return options
    # ms-swift turns fp16 mixed precision on for float32 weights.
    return {"fp16": False, "bf16": False} | options | {"torch_dtype": "float32"}
