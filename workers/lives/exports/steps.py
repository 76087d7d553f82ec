"""The steps of an export after the merge, each a process: what quantises the model, and what pushes it to a hub."""

import os
from collections.abc import Mapping
from pathlib import Path

from common.exports import ExportSpec, HubPush
from common.job_specs import JobSpec
from common.swift.command.export_command import push_arguments, quantize_command
from common.swift.programs import push_model
from common.swift.quantizers import calibrates
from workers.attempts.attempt import Attempt
from workers.attempts.launch import export_spec, inputs_refused, local_spec, roots_for
from workers.lives.exports.paths import ExportPaths
from workers.lives.merging import cleared
from workers.node.local import LocalNode
from workers.runner_control import RunnerSpec
from workers.swift.paths import resolve_data_paths

# As transformers reads USE_HF for ms-swift.
_YES = frozenset({"1", "true", "t", "yes", "y", "on"})


def quantize_spec(attempt: Attempt, wanted: ExportSpec, paths: ExportPaths) -> RunnerSpec:
    """Raises LaunchRefused."""
    data_paths = calibration_data(attempt.node, attempt.job.spec) if calibrates(wanted.quant_method) else ()
    command = quantize_command(wanted, paths.base, data_paths, cleared(paths.target, attempt.job))
    return export_spec(attempt.node, attempt.job, attempt.number, attempt.folder, command)


def push_spec(attempt: Attempt, push: HubPush, model: Path) -> RunnerSpec:
    """Upload the folder; the token is in the environment that the node gives to its processes, and nowhere else."""
    arguments = push_arguments(push, model, hub_of(push, {**os.environ, **attempt.job.spec.env}))
    # -P: what lies beside the script is not to be imported.
    command = ["-P", str(Path(push_model.__file__).resolve()), *arguments]
    return export_spec(attempt.node, attempt.job, attempt.number, attempt.folder, command)


def hub_of(push: HubPush, environment: Mapping[str, str]) -> str:
    """The hub's name: as asked for, else as USE_HF says, else ModelScope, as for ms-swift."""
    use_hf = environment.get("USE_HF", "").lower() in _YES if push.use_hf is None else push.use_hf
    return "huggingface" if use_hf else "modelscope"


def calibration_data(node: LocalNode, spec: JobSpec) -> tuple[str, ...]:
    """What ms-swift is to open. Raises LaunchRefused."""
    with inputs_refused():
        return resolve_data_paths(local_spec(node, spec), roots_for(node, spec), node.settings.media_urls)
