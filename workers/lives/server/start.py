"""The start of a server, from a deployment to a runner's spec: its model on this node, the server's command, its
environment with the key.
"""

from collections.abc import Mapping
from pathlib import Path

from common.asked_media import DENY
from common.deployments import InferBackend
from common.job_specs import JobSpec
from common.jobs import Phase
from common.reasons import Reason
from common.secret import Secret
from common.swift.command.argv import OptionRefused
from common.swift.command.deploy_command import DeployContext, deploy_command, memory_fraction
from common.swift.options import check_deploy_options
from common.swift.programs import serve_launcher
from deploy.sealing import SealBroken, unseal
from workers.attempts.attempt import Attempt
from workers.attempts.launch import LaunchRefused, child_base, inputs_refused, swift_python
from workers.attempts.phase import InfrastructureFailed
from workers.lives.server.model_paths import ModelPaths, model_paths
from workers.node.option_catalog import node_catalog
from workers.runner_control import ProcessSpec, RunnerSpec


def server_spec(attempt: Attempt) -> RunnerSpec:
    """One server process. Raises LaunchRefused or InfrastructureFailed."""
    _refuse_options(attempt)
    context = _context(attempt)
    folder, spec = attempt.folder, attempt.job.spec
    try:
        argv = server_argv(swift_python(attempt.node), spec, context)
        base = child_base(attempt.node, attempt.job, folder)
    except OptionRefused as refusal:
        raise LaunchRefused(Reason.OPTION_REFUSED, str(refusal)) from refusal
    environment = server_environment(
        base,
        spec,
        context,
        api_key=_api_key(attempt),
        temporary_dir=folder.temporary_dir,
        media_urls=attempt.node.settings.media_urls,
    )
    process = ProcessSpec(0, argv, environment, str(folder.path), str(folder.log_path))
    grace = attempt.node.settings.stop_grace_seconds
    return RunnerSpec(folder.mark, attempt.number, Phase.SERVE, (process,), grace_seconds=grace)


def _context(attempt: Attempt) -> DeployContext:
    node, job = attempt.node, attempt.job
    paths = _paths(attempt)
    held = node.gpus_of(job)
    return DeployContext(
        swift_version=node.swift_version,
        model_path=paths.model_path,
        adapters=paths.adapters,
        model_adapter=paths.model_adapter,
        lora_rank=paths.lora_rank,
        host=node.settings.deploy_host,
        port=job.served.port or 0,
        gpu_count=len(held),
        gpu_memory_total_mib=min(
            (gpu.memory_total_mib for gpu in node.inventory.gpus() if gpu.uuid in held), default=0
        ),
        on_cpu=not node.has_cuda(held),
    )


def _paths(attempt: Attempt) -> ModelPaths:
    with inputs_refused():
        return model_paths(attempt.job.spec, attempt.node.settings.allowed_roots.thorough())


def _refuse_options(attempt: Attempt) -> None:
    """With the options that this node's own ms-swift has."""
    spec, node = attempt.job.spec, attempt.node
    catalog = node_catalog(node.folder, node.swift_version)
    problems = check_deploy_options(spec.extra_args, catalog, spec.serving, spec.gpus)
    if problems:
        text = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
        raise LaunchRefused(Reason.OPTION_REFUSED, text)


def _api_key(attempt: Attempt) -> Secret:
    try:
        return unseal(attempt.node.settings, attempt.job.spec.serving.sealed_api_key)
    except SealBroken as broken:
        raise InfrastructureFailed(Reason.START_FAILED, str(broken)) from broken


LAUNCHER = Path(serve_launcher.__file__)
NO_MEDIA_FOLDER = "no-media"


def server_argv(swift_python: str, spec: JobSpec, context: DeployContext) -> tuple[str, ...]:
    """The whole command. Raises OptionRefused."""
    # -P: the folder of the launcher has modules whose names others use, too.
    return (swift_python, "-P", str(LAUNCHER), *deploy_command(spec, context))


def server_environment(
    base: Mapping[str, str],
    spec: JobSpec,
    context: DeployContext,
    *,
    api_key: Secret,
    temporary_dir: Path,
    media_urls: str = DENY,
) -> dict[str, str]:
    """`base` (workers.swift.environment.child_environment) and what only a server gets.

    The key is in it in the clear: it must not be logged, and a file that holds it must be this user's alone.
    """
    limit: dict[str, str] = {}
    fraction = memory_fraction(spec, context)
    if fraction is not None and spec.serving.infer_backend is InferBackend.TRANSFORMERS:
        limit = {serve_launcher.GPU_MEMORY_FRACTION: str(fraction)}
    own = {
        serve_launcher.SERVER_KEY: api_key.reveal(),
        serve_launcher.MEDIA_URLS: media_urls,
        # A request may name a picture by its path on this machine, unless ms-swift is told a folder for them: none is
        # there (its utils/media_utils.py).
        "SWIFT_MEDIA_ALLOWED_DIRS": str(temporary_dir / NO_MEDIA_FOLDER),
    }
    return {**base, **limit, **own}
