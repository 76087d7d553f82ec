"""The registry of platforms: finds the driver of one; its library is imported only when somebody deploys there."""

from common.deployments import Target
from common.settings import Settings
from deploy.platforms import Platform, PlatformProblem
from deploy.platforms.serve_argv import serve_argv
from deploy.platforms.serve_programs import serve_programs


def platform_for(target: Target, settings: Settings) -> Platform:
    """The driver; nothing is connected yet. Raises PlatformProblem for a target that has none."""
    match target:
        case Target.K8S:
            return _kubernetes(settings)
        case Target.CLOUD:
            return _cloud(settings)
        case Target.LOCAL:
            raise PlatformProblem("local deployments run on this service's own nodes", is_final=True)


def _kubernetes(settings: Settings) -> Platform:
    from deploy.platforms.k8s.platform import KubernetesPlatform  # noqa: PLC0415 - half a second, and only where it is used

    return KubernetesPlatform(settings, serve_argv)


def _cloud(settings: Settings) -> Platform:
    from deploy.platforms.cloud.platform import CloudPlatform  # noqa: PLC0415

    return CloudPlatform(settings, serve_argv, serve_programs())
