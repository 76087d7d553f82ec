"""What is told of a deployment while its pods wait, start, serve, crash and go."""

from collections.abc import Callable
from functools import partial

import pytest
from lightkube import Client
from lightkube.models.autoscaling_v1 import ScaleSpec
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod
from lightkube.types import PatchType

from common.jobs import Job
from common.secret import Secret
from deploy.platforms import Health, Observation
from deploy.platforms.k8s.names import OWN_LABEL, object_name
from deploy.platforms.k8s.platform import KubernetesPlatform
from tests.kube.cluster import Cluster
from tests.kube.kubelet import Kubelet
from tests.real_stack import eventually

pytestmark = pytest.mark.integration

MakeApplied = Callable[..., Job]
PodsOf = Callable[..., list[Pod]]


@pytest.fixture
def pods_of(admin: Client) -> PodsOf:
    """The pods of a deployment, once there are so many and each has a node."""

    def look(job: Job) -> list[Pod]:
        return [pod for pod in admin.list(Pod, labels={OWN_LABEL: object_name(job.id)}) if pod.spec.nodeName]

    def pods(job: Job, count: int = 1) -> list[Pod]:
        return eventually(partial(look, job), lambda found: len(found) == count)

    return pods


def comes_to(target: KubernetesPlatform, job: Job, health: Health, message: str = "") -> Observation:
    return eventually(
        partial(target.observe, job), lambda seen: seen.health is health and message in seen.message, what=health
    )


def test_it_is_absent_before_anything_was_applied(
    target: KubernetesPlatform, make_deployment: Callable[..., Job]
) -> None:
    assert target.observe(make_deployment()) == Observation(Health.ABSENT)


def test_it_says_which_resource_no_node_has(target: KubernetesPlatform, make_applied: MakeApplied) -> None:
    job = make_applied(gpus=8)

    comes_to(target, job, Health.STARTING, "waits for a node: no node has enough nvidia.com/gpu free (0/1 nodes")
    assert target.logs(job, 10) == []


def test_it_becomes_ready_when_its_servers_answer(
    target: KubernetesPlatform, make_applied: MakeApplied, pods_of: PodsOf, kubelet: Kubelet
) -> None:
    job = make_applied(replicas=2, port=8080)
    first, second = pods_of(job, 2)
    comes_to(target, job, Health.STARTING, "the node pulls the image")
    kubelet.load(first)
    comes_to(target, job, Health.STARTING, "the server runs and loads its model")
    kubelet.serve(first)

    half = comes_to(target, job, Health.READY, "1 of 2 servers answer")
    kubelet.serve(second)
    whole = eventually(partial(target.observe, job), lambda seen: seen.ready_replicas == 2)

    url = f"http://{object_name(job.id)}.models.svc:8080"
    assert (half.base_url, half.ready_replicas, half.replicas) == (url, 1, 2)
    assert whole == Observation(Health.READY, "", url, 2, 2)


def test_with_an_ingress_it_is_reached_by_its_host(target: KubernetesPlatform, make_applied: MakeApplied) -> None:
    job = make_applied(platform={"ingress": {"host": "qwen.example.org", "tls_secret": "qwen-tls"}})

    assert target.observe(job).base_url == "https://qwen.example.org"


def test_an_image_that_cannot_be_pulled_is_told(
    target: KubernetesPlatform, make_applied: MakeApplied, pods_of: PodsOf, kubelet: Kubelet
) -> None:
    job = make_applied()
    [pod] = pods_of(job)

    kubelet.wait(pod, "ImagePullBackOff", 'Back-off pulling image "registry.internal/swift:1"')

    comes_to(target, job, Health.STARTING, "the image registry.internal/swift:1 cannot be pulled: ImagePullBackOff")


def test_a_server_that_never_gets_ready_and_crashes_again_and_again_has_failed(
    target: KubernetesPlatform, make_applied: MakeApplied, pods_of: PodsOf, kubelet: Kubelet
) -> None:
    job = make_applied()
    [pod] = pods_of(job)

    kubelet.crash(pod, 2, "ValueError: no such model")
    comes_to(target, job, Health.STARTING, "ended 2 times, last with exit code 1: ValueError: no such model")
    kubelet.crash(pod, 5, "ValueError: no such model")

    comes_to(target, job, Health.FAILED, "ended 5 times")


def test_a_server_that_was_ready_and_runs_out_of_memory_is_unhealthy(
    target: KubernetesPlatform, make_applied: MakeApplied, pods_of: PodsOf, kubelet: Kubelet
) -> None:
    job = make_applied()
    [pod] = pods_of(job)
    kubelet.serve(pod)
    comes_to(target, job, Health.READY)

    kubelet.crash(pod, 1, reason="OOMKilled", exit_code=137)

    seen = comes_to(target, job, Health.UNHEALTHY, "more main memory than it may use (OOMKilled), once")
    assert seen.ready_replicas == 0


def test_scaled_to_nothing_it_is_absent_and_applied_again_it_is_back(
    target: KubernetesPlatform, make_applied: MakeApplied, pods_of: PodsOf, kubelet: Kubelet, admin: Client
) -> None:
    job = make_applied()
    kubelet.serve(pods_of(job)[0])
    comes_to(target, job, Health.READY)

    nothing = Deployment.Scale(spec=ScaleSpec(replicas=0))
    admin.patch(Deployment.Scale, object_name(job.id), nothing, patch_type=PatchType.MERGE)

    comes_to(target, job, Health.UNHEALTHY, "it is scaled to 0 servers; 1 still to end")
    eventually(partial(_observed, kubelet, target, job), lambda seen: seen.health is Health.ABSENT)
    target.apply(job, Secret("key"))
    kubelet.serve(pods_of(job)[0])
    comes_to(target, job, Health.READY)


def test_logs_of_all_pods_are_merged_by_time(
    target: KubernetesPlatform, make_applied: MakeApplied, pods_of: PodsOf, kubelet: Kubelet, cluster: Cluster
) -> None:
    job = make_applied(replicas=2)
    first, second = pods_of(job, 2)
    cluster.kubelet_logs[first.metadata.name] = [
        "2026-01-02T03:04:05.1Z one",
        "2026-01-02T03:04:07Z three and  more",
        "2026-01-02T03:04:08.25Z ",
    ]
    cluster.kubelet_logs[second.metadata.name] = ["2026-01-02T03:04:05.12Z two"]

    for pod in (first, second):
        kubelet.load(pod)

    assert target.logs(job, 10) == ["one", "two", "three and  more", ""]
    assert target.logs(job, 2) == ["three and  more", ""]
    assert target.logs(job, 0) == []


def test_deleted_means_that_nothing_is_left(
    target: KubernetesPlatform, make_applied: MakeApplied, pods_of: PodsOf, kubelet: Kubelet
) -> None:
    job, neighbour = make_applied(platform={"ingress": {"host": "a.example.org"}}), make_applied()
    kubelet.serve(pods_of(job)[0])

    at_once = target.delete(job)
    while_it_goes = target.observe(job)
    eventually(partial(_deleted, kubelet, target, job), lambda gone: gone)

    assert at_once is False
    assert (while_it_goes.health, while_it_goes.message) == (Health.UNHEALTHY, "it is being deleted")
    assert target.observe(job) == Observation(Health.ABSENT)
    assert target.delete(job) is True
    assert len(pods_of(neighbour)) == 1


def _observed(kubelet: Kubelet, target: KubernetesPlatform, job: Job) -> Observation:
    kubelet.end_deleted_pods()
    return target.observe(job)


def _deleted(kubelet: Kubelet, target: KubernetesPlatform, job: Job) -> bool:
    kubelet.end_deleted_pods()
    return target.delete(job)
