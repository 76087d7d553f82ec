"""Finds the driver of a platform; its library is imported only when somebody deploys there."""

from common.deployments import Target
from common.settings import Settings
from deploy.platforms import DeployTarget, TargetProblem
from deploy.platforms.serve_argv import serve_argv
from deploy.platforms.serve_programs import serve_programs


def target_for(target: Target, settings: Settings) -> DeployTarget:
    """The driver; nothing is connected yet. Raises TargetProblem for a target that has none."""
    match target:
        case Target.K8S:
            return _kubernetes(settings)
        case Target.CLOUD:
            return _cloud(settings)
        case Target.LOCAL:
            raise TargetProblem("local deployments run on this service's own nodes", is_final=True)


def _kubernetes(settings: Settings) -> DeployTarget:
    from deploy.platforms.k8s.target import KubernetesTarget  # noqa: PLC0415 - half a second, and only where it is used

    return KubernetesTarget(settings, serve_argv)


def _cloud(settings: Settings) -> DeployTarget:
    from deploy.platforms.cloud.target import CloudTarget  # noqa: PLC0415

    return CloudTarget(settings, serve_argv, serve_programs())
