"""Plays the controllers and the scheduler: makes the pods of Deployments, gives them a node, sums up how they are."""

import hashlib
import json
import secrets
from typing import Any

from tests.kube.cluster import NODE
from tests.kube.fake.kinds import DEPLOYMENT, POD
from tests.kube.fake.store import Document, Objects

GPU = "nvidia.com/gpu"
GPUS = 4
MANAGER = "kube-controller-manager"


def settle(objects: Objects) -> None:
    """Do all that the real ones would come to do after a change."""
    for deployment in objects.all(DEPLOYMENT):
        _settle_pods(objects, deployment)
    _collect_garbage(objects)
    for pod in objects.all(POD):
        _give_node(objects, pod)
    for deployment in objects.all(DEPLOYMENT):
        _sum_up(objects, deployment)


def _settle_pods(objects: Objects, deployment: Document) -> None:
    own = _pods(objects, deployment)
    if deployment["metadata"].get("deletionTimestamp"):
        for pod in own:
            objects.delete(POD, pod["metadata"]["name"])
        if not _pods(objects, deployment):
            objects.forget(DEPLOYMENT, deployment["metadata"]["name"])
        return
    living = [pod for pod in own if not pod["metadata"].get("deletionTimestamp")]
    current = [pod for pod in living if pod["metadata"]["labels"]["pod-template-hash"] == _hash(deployment)]
    wanted = deployment["spec"]["replicas"]
    for pod in [*(pod for pod in living if pod not in current), *current[wanted:]]:
        objects.delete(POD, pod["metadata"]["name"])
    for _ in range(wanted - len(current)):
        _make_pod(objects, deployment)


def _collect_garbage(objects: Objects) -> None:
    owners = {deployment["metadata"]["uid"] for deployment in objects.all(DEPLOYMENT)}
    for pod in objects.all(POD):
        if not owners & {owner["uid"] for owner in pod["metadata"]["ownerReferences"]}:
            objects.delete(POD, pod["metadata"]["name"])


def _make_pod(objects: Objects, deployment: Document) -> None:
    template = deployment["spec"]["template"]
    digest = _hash(deployment)
    metadata = {
        "name": f"{deployment['metadata']['name'][:40]}-{digest}-{secrets.token_hex(3)}",
        "labels": {**template["metadata"].get("labels", {}), "pod-template-hash": digest},
        "annotations": template["metadata"].get("annotations", {}),
        "ownerReferences": [_owner(deployment)],
    }
    objects.create(POD, {"metadata": metadata, "spec": dict(template["spec"]), "status": {"phase": "Pending"}}, MANAGER)


def _give_node(objects: Objects, pod: Document) -> None:
    if pod["spec"].get("nodeName"):
        return
    taken = sum(_gpus(other) for other in objects.all(POD) if other["spec"].get("nodeName"))
    if taken + _gpus(pod) <= GPUS and not _asks_for_other_resources(pod):
        pod["spec"]["nodeName"] = NODE
        objects.set_status(POD, pod["metadata"]["name"], {"phase": "Pending"})
        return
    condition = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": f"0/1 nodes are available: 1 Insufficient {GPU}.",
    }
    objects.set_status(POD, pod["metadata"]["name"], {"phase": "Pending", "conditions": [condition]})


def _sum_up(objects: Objects, deployment: Document) -> None:
    wanted = deployment["spec"]["replicas"]
    pods = [pod for pod in _pods(objects, deployment) if not pod["metadata"].get("deletionTimestamp")]
    ready = sum(1 for pod in pods if _is_ready(pod))
    before = {one["type"]: one for one in deployment.get("status", {}).get("conditions", [])}
    completed = ready == wanted or before.get("Progressing", {}).get("reason") == "NewReplicaSetAvailable"
    same = deployment.get("status", {}).get("observedGeneration") == deployment["metadata"]["generation"]
    reason = "NewReplicaSetAvailable" if completed and (same or ready == wanted) else "ReplicaSetUpdated"
    numbers = {"replicas": len(pods), "updatedReplicas": len(pods), "readyReplicas": ready, "availableReplicas": ready}
    status: dict[str, Any] = {
        "observedGeneration": deployment["metadata"]["generation"],
        # The server leaves out what is 0.
        **{name: number for name, number in numbers.items() if number},
        "conditions": [
            # One of them may be missing during an update, so none of one is enough.
            {"type": "Available", "status": "True" if ready >= wanted - 1 else "False"},
            {"type": "Progressing", "status": "True", "reason": reason},
        ],
    }
    objects.set_status(DEPLOYMENT, deployment["metadata"]["name"], status)


def _pods(objects: Objects, deployment: Document) -> list[Document]:
    return [pod for pod in objects.all(POD) if _owner(deployment) in pod["metadata"].get("ownerReferences", [])]


def _owner(deployment: Document) -> Document:
    metadata = deployment["metadata"]
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": metadata["name"], "uid": metadata["uid"]}


def _hash(deployment: Document) -> str:
    return hashlib.sha256(json.dumps(deployment["spec"]["template"], sort_keys=True).encode()).hexdigest()[:10]


def _gpus(pod: Document) -> int:
    return sum(int(one.get("resources", {}).get("limits", {}).get(GPU, 0)) for one in pod["spec"]["containers"])


def _asks_for_other_resources(pod: Document) -> bool:
    limits = [one.get("resources", {}).get("limits", {}) for one in pod["spec"]["containers"]]
    return any("/" in name and name != GPU for limit in limits for name in limit)


def _is_ready(pod: Document) -> bool:
    conditions = pod.get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
