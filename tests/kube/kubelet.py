"""Plays a kubelet: says of pods, through the API, what a node's would say of them."""

from typing import Any

from lightkube import Client
from lightkube.resources.core_v1 import Pod
from lightkube.types import PatchType

STAMP = "2026-01-02T03:04:05Z"
CONTAINER = "server"


class Kubelet:
    """The node's agent, as the administrator."""

    def __init__(self, admin: Client) -> None:
        self._admin = admin

    def load(self, pod: Pod) -> None:
        """The server runs and is not ready yet."""
        self._tell(pod, "Running", {"running": {"startedAt": STAMP}}, started=False)

    def serve(self, pod: Pod) -> None:
        """The server answers its probes."""
        self._tell(pod, "Running", {"running": {"startedAt": STAMP}}, ready=True, started=True)

    def wait(self, pod: Pod, reason: str, message: str) -> None:
        """The container cannot start."""
        self._tell(pod, "Pending", {"waiting": {"reason": reason, "message": message}})

    def crash(self, pod: Pod, crashes: int, message: str = "", reason: str = "Error", exit_code: int = 1) -> None:
        """The server ended so many times, and waits for the next try."""
        ended = {"exitCode": exit_code, "reason": reason, "message": message, "startedAt": STAMP, "finishedAt": STAMP}
        waiting = {"reason": "CrashLoopBackOff", "message": f"back-off 40s restarting failed container={CONTAINER}"}
        self._tell(pod, "Running", {"waiting": waiting}, lastState={"terminated": ended}, restartCount=crashes)

    def end_deleted_pods(self) -> None:
        """Say of each pod that is to go that its processes are gone."""
        for pod in self._admin.list(Pod):
            if pod.metadata and pod.metadata.name and pod.metadata.deletionTimestamp:
                self._admin.delete(Pod, pod.metadata.name, grace_period=0)

    def _tell(self, pod: Pod, phase: str, state: dict[str, Any], *, ready: bool = False, **more: Any) -> None:
        container = {
            "name": CONTAINER,
            "image": "registry.internal/swift:1",
            "imageID": "",
            "ready": ready,
            "restartCount": 0,
            "state": state,
            **more,
        }
        yes_or_no = "True" if ready else "False"
        conditions = [
            {"type": "PodScheduled", "status": "True", "lastTransitionTime": STAMP},
            {"type": "Ready", "status": yes_or_no, "lastTransitionTime": STAMP},
            {"type": "ContainersReady", "status": yes_or_no, "lastTransitionTime": STAMP},
        ]
        status = {"phase": phase, "startTime": STAMP, "conditions": conditions, "containerStatuses": [container]}
        assert pod.metadata and pod.metadata.name
        self._admin.patch(Pod.Status, pod.metadata.name, {"status": status}, patch_type=PatchType.MERGE)
