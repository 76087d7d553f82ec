"""What a Deployment and its pods come to, for states that take a cluster long to get into."""

from typing import Any

import pytest
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod

from deploy.platforms import Health, Observation
from deploy.platforms.k8s.status import observation

STAMP = "2026-01-02T03:04:05Z"


def make_deployment(
    ready: int = 0, generation: int = 1, seen: int = 1, replicas: int = 1, **conditions: Any
) -> Deployment:
    listed = [{"type": kind, "status": "False", **one} for kind, one in conditions.items()]
    status = {"observedGeneration": seen, "readyReplicas": ready, "conditions": listed}
    spec = {"replicas": replicas, "selector": {}, "template": {}}
    return Deployment.from_dict({"metadata": {"name": "d", "generation": generation}, "spec": spec, "status": status})


def make_pod(created: str = STAMP, **status: Any) -> Pod:
    return Pod.from_dict({"metadata": {"name": "p", "creationTimestamp": created}, "status": status})


def container(state: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "server", "image": "i:1", "imageID": "", "ready": False, "restartCount": 0, "state": state, **more}


def waiting(reason: str, message: str = "") -> dict[str, Any]:
    return {"waiting": {"reason": reason, "message": message}}


def ended(**how: Any) -> dict[str, Any]:
    return {"terminated": {"exitCode": 1, "startedAt": STAMP, "finishedAt": STAMP, **how}}


def look(deployment: Deployment, *pods: Pod) -> tuple[Health, str]:
    seen: Observation = observation(deployment, pods, "http://d")
    return seen.health, seen.message


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (waiting("ErrImagePull", "no such host"), "the image i:1 cannot be pulled: ErrImagePull: no such host"),
        (
            waiting("CreateContainerConfigError", 'secret "x" not found'),
            'the cluster cannot start the server: CreateContainerConfigError: secret "x" not found',
        ),
        (ended(), "the server ended once, last with exit code 1"),
        (ended(signal=9, exitCode=137), "the server ended once, last with signal 9"),
        (ended(reason="Error"), "the server ended once, last with exit code 1 (Error)"),
        (
            ended(reason="OOMKilled"),
            "the server needed more main memory than it may use (OOMKilled), once: ask for more memory",
        ),
    ],
)
def test_what_keeps_a_server_from_starting_is_told(state: dict[str, Any], message: str) -> None:
    pod = make_pod(phase="Pending", containerStatuses=[container(state)])

    assert look(make_deployment(), pod) == (Health.STARTING, message)


def test_an_image_whose_name_is_none_will_not_come() -> None:
    pod = make_pod(phase="Pending", containerStatuses=[container(waiting("InvalidImageName", "…"))])

    assert look(make_deployment(), pod) == (Health.FAILED, "i:1 is no name of an image: set K8S_IMAGE right")


def test_a_quota_that_is_used_up_is_told() -> None:
    refused = {"status": "True", "reason": "FailedCreate", "message": "exceeded quota: gpus"}

    seen = look(make_deployment(ReplicaFailure=refused))

    assert seen == (Health.STARTING, "the cluster makes no pods: exceeded quota: gpus")


def test_a_server_that_is_not_ready_in_time_has_failed_for_the_reason_that_it_waits_for() -> None:
    late = {"reason": "ProgressDeadlineExceeded"}
    pod = make_pod(phase="Pending", containerStatuses=[container(waiting("ImagePullBackOff"))])

    health, message = look(make_deployment(Progressing=late), pod)

    assert health is Health.FAILED
    assert message.startswith("the server did not become ready in time (startup_seconds): the image i:1 cannot be")


def test_what_the_cluster_said_of_an_earlier_generation_does_not_count() -> None:
    late = {"reason": "ProgressDeadlineExceeded"}

    stale = make_deployment(ready=1, generation=2, seen=1, Progressing=late)

    assert look(stale) == (Health.STARTING, "the cluster makes the pods")


def test_a_pod_that_was_evicted_is_told_unless_a_later_one_has_its_own_trouble() -> None:
    evicted = make_pod("2026-01-01T00:00:00Z", phase="Failed", reason="Evicted", message="low on ephemeral-storage")
    later = make_pod("2026-01-02T00:00:00Z", phase="Pending", containerStatuses=[container(waiting("ErrImagePull"))])

    only = look(make_deployment(), evicted)
    both = look(make_deployment(), evicted, later)

    assert only == (Health.STARTING, "the cluster ended the server (Evicted: low on ephemeral-storage)")
    assert both == (Health.STARTING, "the image i:1 cannot be pulled: ErrImagePull")


def test_a_taint_is_told_in_the_clusters_words() -> None:
    said = "0/3 nodes are available: 3 node(s) had untolerated taint {gpu: yes}."
    pod = make_pod(phase="Pending", conditions=[{"type": "PodScheduled", "status": "False", "message": said}])

    assert look(make_deployment(), pod) == (Health.STARTING, f"waits for a node: no node fits ({said})")


def test_each_resource_that_is_lacking_is_named_once() -> None:
    said = "0/2 nodes are available: 1 Insufficient memory, 2 Insufficient nvidia.com/gpu, 1 Insufficient memory."
    pod = make_pod(phase="Pending", conditions=[{"type": "PodScheduled", "status": "False", "message": said}])

    assert "no node has enough memory and nvidia.com/gpu free" in look(make_deployment(), pod)[1]


def test_a_long_message_is_cut() -> None:
    pod = make_pod(phase="Pending", containerStatuses=[container(waiting("ErrImagePull", "x" * 9000))])

    assert len(look(make_deployment(), pod)[1]) == 1001


def test_of_a_crash_the_last_lines_are_told() -> None:
    pod = make_pod(phase="Running", containerStatuses=[container(ended(message="a" * 2000 + "\nValueError: no\n"))])

    assert look(make_deployment(), pod)[1].endswith("a\nValueError: no")
