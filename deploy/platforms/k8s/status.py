"""Status in Kubernetes: what the cluster says of a deployment, as an Observation; pure."""

from collections.abc import Iterable, Sequence

from lightkube.models.apps_v1 import DeploymentCondition
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod

from deploy.platforms import Health, Observation
from deploy.platforms.k8s.pod_trouble import Trouble, trouble_of


def observation(deployment: Deployment, pods: Iterable[Pod], url: str) -> Observation:
    """How a Deployment and its pods are. It is ready as soon as one server is.

    Scaled to nothing it is absent once its last pod is gone; until then, as while it is deleted, it is unhealthy.
    """
    wanted, all_pods = _wanted(deployment), list(pods)
    # Of an older generation, the numbers tell of servers that are about to be replaced.
    ready = (deployment.status.readyReplicas or 0) if deployment.status and _is_current(deployment) else 0
    health, message = _on_its_way_out(deployment, wanted, len(all_pods)) or _health(
        deployment, _living(all_pods), ready, wanted
    )
    return Observation(health, message, url if health is not Health.ABSENT else "", ready, wanted)


def _on_its_way_out(deployment: Deployment, wanted: int, pods: int) -> tuple[Health, str] | None:
    if deployment.metadata and deployment.metadata.deletionTimestamp:
        return Health.UNHEALTHY, "it is being deleted"
    if wanted == 0:
        ending = f"; {pods} still to end" if pods else ""
        return Health.UNHEALTHY if pods else Health.ABSENT, f"it is scaled to 0 servers{ending}"
    return None


def _health(deployment: Deployment, pods: Sequence[Pod], ready: int, wanted: int) -> tuple[Health, str]:
    trouble = _trouble(deployment, pods)
    message = trouble.message if trouble else _on_its_way(pods)
    if ready:
        return Health.READY, f"{ready} of {wanted} servers answer; {message}" if ready < wanted else ""
    if _was_ready(deployment):
        return Health.UNHEALTHY, message
    return (Health.FAILED if trouble and trouble.is_final else Health.STARTING), message


def _living(pods: Iterable[Pod]) -> list[Pod]:
    living = [(str(pod.metadata.creationTimestamp), pod) for pod in pods if pod.metadata and _stays(pod.metadata)]
    return [pod for _, pod in sorted(living, key=lambda dated: dated[0], reverse=True)]


def _stays(metadata: ObjectMeta) -> bool:
    return metadata.deletionTimestamp is None


def _trouble(deployment: Deployment, pods: Sequence[Pod]) -> Trouble | None:
    of_pods = [trouble for trouble in map(trouble_of, pods) if trouble]
    found = next((trouble for trouble in of_pods if trouble.is_final), None) or next(iter(of_pods), None)
    late = _condition(deployment, "Progressing")
    if _is_current(deployment) and late and late.reason == "ProgressDeadlineExceeded":
        said = f": {found.message}" if found else ""
        return Trouble(f"the server did not become ready in time (startup_seconds){said}", is_final=True)
    refused = _condition(deployment, "ReplicaFailure")
    if not found and refused and refused.status == "True":
        return Trouble(f"the cluster makes no pods: {refused.message or refused.reason}")
    return found


def _on_its_way(pods: Sequence[Pod]) -> str:
    phases = {pod.status.phase for pod in pods if pod.status}
    if "Running" in phases:
        return "the server runs and loads its model"
    if any(pod.spec and pod.spec.nodeName for pod in pods):
        return "the node pulls the image and attaches the volumes"
    return "the cluster makes the pods"


def _was_ready(deployment: Deployment) -> bool:
    """Whether all servers of this generation were ready once; it says so from then on."""
    progress = _condition(deployment, "Progressing")
    return _is_current(deployment) and progress is not None and progress.reason == "NewReplicaSetAvailable"


def _is_current(deployment: Deployment) -> bool:
    seen = (deployment.status.observedGeneration if deployment.status else None) or 0
    return seen >= ((deployment.metadata.generation if deployment.metadata else None) or 0)


def _condition(deployment: Deployment, kind: str) -> DeploymentCondition | None:
    conditions = (deployment.status.conditions if deployment.status else None) or []
    return next((condition for condition in conditions if condition.type == kind), None)


def _wanted(deployment: Deployment) -> int:
    replicas = deployment.spec.replicas if deployment.spec else None
    return 1 if replicas is None else replicas
