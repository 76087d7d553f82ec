"""The clusters that the tests of this folder run against: the fake always, a real control plane where there is one."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from lightkube import Client
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod, Service
from lightkube.resources.core_v1 import Secret as SecretObject
from lightkube.resources.networking_v1 import Ingress

from common.deployments import Serving, Target
from common.jobs import Job
from common.secret import Secret
from common.settings import Settings
from deploy.platforms.k8s.names import OWN_LABEL
from deploy.platforms.k8s.platform import KubernetesPlatform
from tests.builders import make_job, make_spec
from tests.kube.cluster import Cluster
from tests.kube.control_plane import assets, control_plane
from tests.kube.fake.server import fake_cluster
from tests.kube.kubelet import Kubelet
from tests.real_stack import eventually

IMAGE = "registry.internal/swift:1"


# Where the programs of a real control plane are, each test also runs against that.
@pytest.fixture(scope="session", params=["fake", "real"] if assets() else ["fake"])
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    if request.param == "fake":
        with fake_cluster(folder) as fake:
            yield fake
        return
    programs = assets()
    assert programs
    with control_plane(programs, folder) as real:
        yield real


@pytest.fixture
def admin(cluster: Cluster) -> Iterator[Client]:
    with cluster.admin() as client:
        yield client


@pytest.fixture
def kubelet(admin: Client) -> Kubelet:
    return Kubelet(admin)


@pytest.fixture
def make_target(
    cluster: Cluster, make_settings: Callable[..., Settings]
) -> Iterator[Callable[..., KubernetesPlatform]]:
    """Targets, by default with the rights that the documentation grants."""
    made: list[KubernetesPlatform] = []

    def make(user: str = "trainer", **settings: Any) -> KubernetesPlatform:
        named = {"K8S_KUBECONFIG": cluster.kubeconfig(user), "K8S_IMAGE": IMAGE, "ALLOWED_ROOTS": "/models", **settings}
        made.append(KubernetesPlatform(make_settings(**named), _argv))
        return made[-1]

    yield make
    for target in made:
        target.close()


@pytest.fixture
def target(make_target: Callable[..., KubernetesPlatform]) -> KubernetesPlatform:
    return make_target()


@pytest.fixture
def make_deployment(request: pytest.FixtureRequest, admin: Client, kubelet: Kubelet) -> Iterator[Callable[..., Job]]:
    """Deployments by ids that no other test has; whatever was applied of them is gone at the end."""
    count = iter(range(1, 100))
    name = request.node.name.partition("[")[0].removeprefix("test_")[:30]

    def make(gpus: int = 1, model_path: str = "Qwen/Qwen2.5-7B-Instruct", **changes: Any) -> Job:
        deploy = Serving(**{"name": name, "version": "1", "target": Target.K8S, **changes})
        return make_job(f"{name}~k8s-{next(count)}", spec=make_spec(gpus=gpus, model_path=model_path, work=deploy))

    yield make
    for kind in (Ingress, Service, Deployment, SecretObject):
        for left in admin.list(kind, labels={OWN_LABEL: None}):
            admin.delete(kind, left.metadata.name)
    eventually(partial(_ended_pods, admin, kubelet), lambda left: not left)


@pytest.fixture
def make_applied(target: KubernetesPlatform, make_deployment: Callable[..., Job]) -> Callable[..., Job]:
    """Deployments that the target has applied already."""

    def make(**changes: Any) -> Job:
        job = make_deployment(**changes)
        target.apply(job, Secret("key"))
        return job

    return make


def _ended_pods(admin: Client, kubelet: Kubelet) -> list[Pod]:
    kubelet.end_deleted_pods()
    return list(admin.list(Pod))


def _argv(job: Job, port: int) -> list[str]:
    return [f"--model={job.spec.model_path}", "--host=0.0.0.0", f"--port={port}", "--system=costs $(HOME) $$"]
