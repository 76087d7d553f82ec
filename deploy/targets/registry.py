"""Finds the driver of a platform; its library is imported only when somebody deploys there."""

from common.deployments import Target
from common.settings import Settings
from deploy.targets import DeployTarget, TargetProblem


def target_for(target: Target, settings: Settings) -> DeployTarget:
    """Raises TargetProblem when the platform cannot be reached from here at all."""
    raise TargetProblem(f"deployments to {target} are not supported", is_final=True)
