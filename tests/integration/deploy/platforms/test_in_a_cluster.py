"""A deployment in Kubernetes, from its submission over the deployer's work to its end."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from lightkube import Client
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod, Secret, Service

from tests import bodies
from tests.kube.cluster import Cluster
from tests.kube.fake.server import fake_cluster
from tests.kube.kubelet import Kubelet
from tests.ports import free_port
from tests.real_stack import RealStack, eventually

pytestmark = pytest.mark.integration

JOB_ID = "qwen~k8s-1"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with fake_cluster(tmp_path_factory.mktemp("cluster")) as fake:
        yield fake


@pytest.fixture(scope="module")
def stack(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    named = {"K8S_KUBECONFIG": cluster.kubeconfig("trainer"), "K8S_IMAGE": "registry.internal/swift:1"}
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port(), **named).start()
    yield running
    running.stop()


@pytest.fixture
def admin(cluster: Cluster) -> Iterator[Client]:
    with cluster.admin() as client:
        yield client


def pods(admin: Client) -> list[Pod]:
    return [pod for pod in admin.list(Pod) if pod.spec and pod.spec.nodeName]


def left(admin: Client) -> list[Any]:
    Kubelet(admin).end_deleted_pods()
    return [found for kind in (Deployment, Service, Pod) for found in admin.list(kind)]


def test_it_is_brought_there_published_scaled_repaired_and_taken_away(stack: RealStack, admin: Client) -> None:
    kubelet = Kubelet(admin)
    made = stack.deploy(model_path="Qwen/Qwen2.5-0.5B-Instruct", name="qwen", deploy_target="k8s", replicas=2)
    assert (made["job_id"], made["replica_ids"]) == (JOB_ID, [JOB_ID])

    for pod in eventually(partial(pods, admin), lambda found: len(found) == 2):
        kubelet.serve(pod)
    seen = stack.wait_for_deployment(JOB_ID, "running")

    assert (seen["node"], seen["healthy"], seen["replicas"]) == ("k8s", True, 2)
    assert seen["endpoint"].endswith("/v1")
    assert made["api_key"] not in str([(found.spec, found.metadata) for found in admin.list(Deployment)])
    assert stack.deployment_events(JOB_ID)[:4] == ["submit", "assign", "start", "ready"] or (
        "ready" in stack.deployment_events(JOB_ID)
    )

    assert stack.deploy_http.patch(f"/jobs/{JOB_ID}", json={"replicas": 1}).json()["replicas"] == 1
    eventually(lambda: next(iter(admin.list(Deployment))).spec.replicas, lambda count: count == 1, what="one replica")

    assert stack.deploy_http.post(f"/jobs/{JOB_ID}/stop").status_code == 200
    eventually(partial(left, admin), lambda found: not found, what="an empty cluster")
    ended = stack.wait_for_deployment(JOB_ID, "stopped")
    assert (ended["endpoint"], ended["reason"]) == ("", "cancelled_by_user")
    assert [secret.metadata.name for secret in admin.list(Secret) if "qwen" in secret.metadata.name] == []


def test_what_is_wrong_with_the_platform_is_named_at_submission(stack: RealStack) -> None:
    body = bodies.deployment(deploy_target="k8s", platform={"cpus": 4})

    answer = stack.deploy_http.post("/jobs", json=body)

    assert answer.status_code == 422
    assert "platform.cpus" in answer.json()["detail"]
