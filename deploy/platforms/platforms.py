"""What may be said in `platform` of a deployment, by target; pure, without the platforms' libraries."""

from collections.abc import Mapping, Sequence
from typing import Any

from common.deployments import Target
from common.field_problem import INVALID, FieldProblem
from common.swift.inputs import Roots
from deploy.platforms.cloud import check_options as cloud
from deploy.platforms.k8s import check_options as k8s


def platform_problems(
    target: Target,
    platform: Mapping[str, Any],
    *,
    roots: Roots | None = None,
    gpus: int = 0,
    model_paths: Sequence[str] = (),
) -> list[FieldProblem]:
    """Everything that is wrong; empty when nothing is. The field is a path: `platform.cpu`.

    The more is known, the more is checked: the allowed `roots` of a cluster's nodes, the GPUs of a server, what
    it opens. All of it is checked again when the deployment is made.
    """
    match target:
        case Target.K8S:
            found = k8s.platform_problems(platform, roots=roots, model_paths=model_paths)
        case Target.CLOUD:
            found = cloud.platform_problems(platform, gpus=gpus, model_paths=model_paths)
        case Target.LOCAL:
            found = []
    return [FieldProblem(f"platform.{field}", INVALID, message) for field, message in found]
