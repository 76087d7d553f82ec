"""Finds the driver of a platform; its library is imported only when somebody deploys there."""

from importlib.resources import files

from common.deployments import Target
from common.settings import Settings
from deploy.targets import DeployTarget, TargetProblem
from deploy.targets.serve_argv import serve_argv


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
    from deploy.targets.k8s.target import KubernetesTarget  # noqa: PLC0415 - half a second, and only where it is used

    return KubernetesTarget(settings, serve_argv)


def _cloud(settings: Settings) -> DeployTarget:
    from deploy.targets.cloud.target import CloudTarget  # noqa: PLC0415

    # The program itself goes to the cloud's machine; nothing of it runs here.
    launcher = files("workers") / "swift" / "serve_launcher.py"
    return CloudTarget(settings, serve_argv, launcher.read_text(encoding="utf-8"))
