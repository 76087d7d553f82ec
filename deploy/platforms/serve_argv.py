"""The options of `swift deploy` for a server with a machine or container of its own."""

from common.jobs import Job
from common.swift.command.argv import OptionRefused
from common.swift.command.deploy_command import DeployContext, deploy_command
from common.swift.options.bundled import bundled_versions
from deploy.platforms import PlatformProblem

ALL_INTERFACES = "0.0.0.0"  # noqa: S104 - nobody but the platform reaches them there


def serve_argv(job: Job, port: int) -> list[str]:
    """For the newest ms-swift that this service knows, which its image and packages have. Raises PlatformProblem."""
    context = DeployContext(
        swift_version=bundled_versions()[-1],
        model_path=job.spec.model_path,
        host=ALL_INTERFACES,
        port=port,
        adapters=job.spec.serving.adapters,
        gpu_count=job.spec.gpus,
        on_cpu=job.spec.gpus == 0,
    )
    try:
        return deploy_command(job.spec, context)
    except OptionRefused as refused:
        raise PlatformProblem(str(refused), is_final=True) from refused
