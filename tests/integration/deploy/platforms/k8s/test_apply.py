"""What `apply` makes in a cluster, and how it takes back what others do to it."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from lightkube import ApiError, Client
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Secret as SecretObject
from lightkube.resources.core_v1 import Service
from lightkube.resources.networking_v1 import Ingress
from lightkube.types import PatchType

from common.jobs import Job
from common.secret import Secret
from deploy.platforms import PlatformProblem
from deploy.platforms.k8s.names import object_name
from deploy.platforms.k8s.platform import KubernetesPlatform

pytestmark = pytest.mark.integration

KEY = "sk-a-key-that-is-nowhere-else"
INGRESS = {"ingress": {"host": "qwen.example.org", "class": "nginx", "tls_secret": "qwen-tls"}}
STORAGE = {"storage": {"claim": "models", "mount_path": "/models"}}


def objects(admin: Client, job: Job) -> list[Any]:
    return [admin.get(kind, object_name(job.id)) for kind in (SecretObject, Deployment, Service, Ingress)]


def change(admin: Client, kind: Any, job: Job, patch: Any, patch_type: PatchType = PatchType.MERGE) -> None:
    admin.patch(kind, object_name(job.id), patch, patch_type=patch_type)


def container(admin: Client, job: Job) -> Any:
    return admin.get(Deployment, object_name(job.id)).spec.template.spec.containers[0]


def test_all_that_the_platform_can_say_is_accepted_by_the_cluster(
    target: KubernetesPlatform, make_deployment: Callable[..., Job], admin: Client
) -> None:
    everything = {
        **INGRESS,
        **STORAGE,
        "node_selector": {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"},
        "tolerations": [
            {"key": "gpu", "operator": "Exists", "effect": "NoExecute", "toleration_seconds": 60},
            {"key": "team", "value": "nlp"},
            {"operator": "Exists"},
        ],
        "service_account": "model-reader",
        "gpu_resource": "nvidia.com/mig-3g.40gb",
        "cpu": "500m",
        "run_as_user": 1000,
        "startup_seconds": 60,
    }

    target.apply(make_deployment(platform=everything, model_path="/models/qwen", memory_mib=1000, port=80), Secret(KEY))

    [deployment] = admin.list(Deployment)
    assert deployment.spec.template.spec.containers[0].resources.limits == {
        "memory": "1000Mi",
        "nvidia.com/mig-3g.40gb": "1",
    }


def test_the_key_is_in_the_secret_and_nowhere_else(
    target: KubernetesPlatform, make_deployment: Callable[..., Job], admin: Client
) -> None:
    job = make_deployment(platform=INGRESS)

    target.apply(job, Secret(KEY))

    secret, *others = objects(admin, job)
    assert base64.b64decode(secret.data["server-key"]).decode() == KEY
    assert not any(KEY in json.dumps(one.to_dict()) for one in others)
    assert container(admin, job).env[-1].valueFrom.secretKeyRef.name == object_name(job.id)


def test_applying_again_changes_nothing(
    target: KubernetesPlatform, make_deployment: Callable[..., Job], admin: Client
) -> None:
    job = make_deployment(platform=INGRESS | STORAGE, memory_mib=4096)
    target.apply(job, Secret(KEY))
    before = [one.metadata.generation for one in objects(admin, job)]

    target.apply(job, Secret(KEY))

    assert [one.metadata.generation for one in objects(admin, job)] == before


def test_what_others_changed_is_taken_back(
    target: KubernetesPlatform, make_deployment: Callable[..., Job], admin: Client
) -> None:
    job = make_deployment(platform=INGRESS, replicas=2)
    target.apply(job, Secret(KEY))
    wanted = [one.spec for one in objects(admin, job)[1:]]
    image = [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "evil:1"}]
    change(admin, Deployment, job, image, PatchType.JSON)
    change(admin, Deployment, job, {"spec": {"replicas": 7}})
    change(admin, Service, job, {"spec": {"ports": [{"name": "http", "port": 81, "targetPort": 82}]}})
    change(admin, SecretObject, job, {"data": {"server-key": base64.b64encode(b"other").decode()}})
    admin.delete(Ingress, object_name(job.id))

    target.apply(job, Secret(KEY))

    assert [one.spec for one in objects(admin, job)[1:]] == wanted
    assert base64.b64decode(objects(admin, job)[0].data["server-key"]).decode() == KEY


def test_what_others_added_stays(
    target: KubernetesPlatform, make_deployment: Callable[..., Job], admin: Client
) -> None:
    job = make_deployment()
    target.apply(job, Secret(KEY))
    change(admin, Deployment, job, {"metadata": {"labels": {"team": "nlp"}, "annotations": {"note": "ours"}}})

    target.apply(job, Secret(KEY))

    metadata = admin.get(Deployment, object_name(job.id)).metadata
    assert (metadata.labels["team"], metadata.annotations["note"]) == ("nlp", "ours")


def test_an_argument_that_is_dropped_disappears(
    target: KubernetesPlatform, make_deployment: Callable[..., Job], admin: Client
) -> None:
    job = make_deployment(memory_mib=4096, platform={"node_selector": {"a": "b"}})
    target.apply(job, Secret(KEY))

    target.apply(job.evolve(spec=replaced(job, memory_mib=0, platform={})), Secret(KEY))

    pod = admin.get(Deployment, object_name(job.id)).spec.template.spec
    assert pod.nodeSelector is None
    assert pod.containers[0].resources.limits == {"nvidia.com/gpu": "1"}


def replaced(job: Job, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(job.spec, work=replace(job.spec.serving, **changes))


def test_an_object_of_somebody_else_is_left_alone(
    target: KubernetesPlatform, make_deployment: Callable[..., Job], admin: Client
) -> None:
    job = make_deployment()
    foreign = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": object_name(job.id)},
        "data": {"a": "YQ=="},
    }
    admin.create(SecretObject.from_dict(foreign))

    with pytest.raises(PlatformProblem, match="did not make") as refused:
        target.apply(job, Secret(KEY))

    assert refused.value.is_final
    assert admin.get(SecretObject, object_name(job.id)).data == {"a": "YQ=="}
    admin.delete(SecretObject, object_name(job.id))


def test_what_the_cluster_calls_invalid_ends_the_deployment_with_its_words(
    target: KubernetesPlatform, make_deployment: Callable[..., Job], admin: Client
) -> None:
    with pytest.raises(
        PlatformProblem, match=r"refuses these services: .*spec\.ports\[0\]\.port: Invalid value"
    ) as refused:
        target.apply(make_deployment(port=70000), Secret(KEY))

    assert refused.value.is_final
    assert list(admin.list(Deployment)) == []


def test_options_that_make_no_sense_never_reach_the_cluster(
    target: KubernetesPlatform, make_deployment: Callable[..., Job], admin: Client
) -> None:
    job = make_deployment(model_path="/elsewhere/qwen", platform=STORAGE)

    with pytest.raises(PlatformProblem, match=r"platform\.storage: has nothing of /elsewhere/qwen") as refused:
        target.apply(job, Secret(KEY))

    assert refused.value.is_final
    with pytest.raises(ApiError, match="not found"):
        admin.get(SecretObject, object_name(job.id))


def test_without_an_image_nothing_is_applied(
    make_target: Callable[..., KubernetesPlatform], make_deployment: Callable[..., Job]
) -> None:
    with pytest.raises(PlatformProblem, match="K8S_IMAGE is not set"):
        make_target(K8S_IMAGE="").apply(make_deployment(), Secret(KEY))
