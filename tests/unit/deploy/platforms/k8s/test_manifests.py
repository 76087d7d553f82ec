"""The documents of a deployment: valid by Kubernetes' own schemas, and what they say."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from common.deployments import Serving, Target
from common.jobs import Job
from common.secret import Secret
from deploy.platforms.k8s.manifests import base_url, manifests
from deploy.platforms.k8s.options import ClusterOptions
from deploy.platforms.k8s.pod import LAUNCHER
from tests.builders import make_job, make_spec
from tests.kube.documented_role import documented_objects
from tests.kube.fake.validation import schema_validator

CLUSTER = ClusterOptions("registry.internal/swift:1")
EVERYTHING = {
    "node_selector": {"disk": "nvme"},
    "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoExecute", "toleration_seconds": 60}],
    "storage": {"claim": "models", "mount_path": "/models"},
    "ingress": {"host": "qwen.example.org", "class": "nginx", "tls_secret": "qwen-tls"},
    "service_account": "reader",
    "gpu_resource": "nvidia.com/mig-1g.10gb",
    "cpu": "4",
    "run_as_user": 1000,
    "startup_seconds": 605,
}


def deployment(gpus: int = 2, env: dict[str, str] | None = None, **changes: Any) -> Job:
    deploy = Serving(**{"name": "qwen", "version": "1", "target": Target.K8S, **changes})
    return make_job("qwen~k8s-1", spec=make_spec(gpus=gpus, env=env or {}, work=deploy))


def documents(job: Job, argv: tuple[str, ...] = ("--model=m",), cluster: ClusterOptions = CLUSTER) -> dict[str, Any]:
    return {document["kind"]: document for document in manifests(job, Secret("the-key"), argv, cluster)}


def pod(job: Job, **more: Any) -> Any:
    return documents(job, **more)["Deployment"]["spec"]["template"]["spec"]


@pytest.mark.parametrize("platform", [{}, {"storage": {"host_path": "/srv/models"}}, EVERYTHING])
@pytest.mark.parametrize("memory_mib", [0, 8192])
def test_each_document_has_the_form_that_kubernetes_publishes(platform: dict[str, Any], memory_mib: int) -> None:
    cluster = ClusterOptions("registry.internal/swift:1", image_pull_secret="pull", env_secret="hub")
    made = documents(deployment(platform=platform, memory_mib=memory_mib, env={"FPS": "2"}), cluster=cluster)

    found = [
        (kind, problem.message)
        for kind, document in made.items()
        for problem in schema_validator(kind, document["apiVersion"]).iter_errors(document)
    ]

    assert found == []


def test_the_documented_objects_have_the_form_that_kubernetes_publishes() -> None:
    found = [
        problem.message
        for one in documented_objects()
        for problem in schema_validator(one["kind"], one["apiVersion"]).iter_errors(one)
    ]

    assert found == []


def test_what_takes_gpus_comes_last() -> None:
    assert list(documents(deployment(platform=EVERYTHING))) == ["Secret", "Service", "Ingress", "Deployment"]
    assert list(documents(deployment())) == ["Secret", "Service", "Deployment"]


def test_the_key_reaches_the_server_by_its_environment_only() -> None:
    made = documents(deployment())

    secret = made.pop("Secret")
    assert base64.b64decode(secret["data"]["server-key"]) == b"the-key"
    assert "the-key" not in json.dumps(made)
    assert made["Deployment"]["spec"]["template"]["spec"]["containers"][0]["env"][-1] == {
        "name": "SWIFT_TRAINER_SERVER_KEY",
        "valueFrom": {"secretKeyRef": {"name": "swift-qwen-k8s-1", "key": "server-key"}},
    }


def test_gpus_and_memory_are_requested_and_are_the_limit() -> None:
    resources = pod(deployment(gpus=2, memory_mib=8192, platform={"cpu": "4"}))["containers"][0]["resources"]

    assert resources["limits"] == {"memory": "8192Mi", "nvidia.com/gpu": "2"}
    assert resources["requests"] == {"memory": "8192Mi", "nvidia.com/gpu": "2", "cpu": "4"}


def test_nothing_is_asked_for_that_nobody_wants() -> None:
    assert pod(deployment(gpus=0))["containers"][0]["resources"] == {}


def test_kubernetes_replaces_nothing_in_arguments_and_variables() -> None:
    container = pod(deployment(env={"FPS": "$(SWIFT_TRAINER_SERVER_KEY)"}), argv=("--system=$$(HOME) $5",))[
        "containers"
    ][0]

    assert container["args"] == ["--system=$$$$(HOME) $$5"]
    assert {"name": "FPS", "value": "$$(SWIFT_TRAINER_SERVER_KEY)"} in container["env"]


def test_a_server_has_as_long_to_start_as_was_asked_for() -> None:
    job = deployment(platform={"startup_seconds": 605})

    probe = pod(job)["containers"][0]["startupProbe"]
    assert (probe["httpGet"]["path"], probe["periodSeconds"] * probe["failureThreshold"]) == ("/health", 610)
    assert documents(job)["Deployment"]["spec"]["progressDeadlineSeconds"] == 605 + 1200


def test_a_server_has_no_credentials_of_the_cluster_and_is_not_root() -> None:
    made = pod(deployment())

    assert made["automountServiceAccountToken"] is False
    assert (made["securityContext"]["runAsNonRoot"], made["securityContext"]["runAsUser"]) == (True, 10001)
    assert made["containers"][0]["securityContext"]["allowPrivilegeEscalation"] is False


@pytest.mark.parametrize(
    ("storage", "volume"),
    [
        ({"claim": "models", "mount_path": "/models"}, {"persistentVolumeClaim": {"claimName": "models"}}),
        ({"host_path": "/models"}, {"hostPath": {"path": "/models", "type": "Directory"}}),
    ],
)
def test_model_files_are_mounted_where_they_are_named_and_cannot_be_changed(
    storage: dict[str, str], volume: dict[str, Any]
) -> None:
    made = pod(deployment(platform={"storage": storage}))

    assert {"name": "models", **volume} in made["volumes"]
    assert {"name": "models", "mountPath": "/models", "readOnly": True} in made["containers"][0]["volumeMounts"]


def test_the_service_has_the_port_that_was_asked_for_and_the_server_keeps_its_own() -> None:
    made = documents(deployment(port=80))

    assert made["Service"]["spec"]["ports"][0]["port"] == 80
    assert made["Deployment"]["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] == 8000


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "http://swift-qwen-k8s-1.models.svc:8000"),
        ({"port": 80}, "http://swift-qwen-k8s-1.models.svc:80"),
        ({"platform": {"ingress": {"host": "q.example.org"}}}, "http://q.example.org"),
        ({"platform": {"ingress": {"host": "q.example.org", "tls_secret": "t"}}}, "https://q.example.org"),
    ],
)
def test_clients_reach_it_by_its_ingress_or_else_by_its_service(changes: dict[str, Any], url: str) -> None:
    assert base_url(deployment(**changes), "models") == url


def test_what_a_pod_runs_is_in_the_workers_image() -> None:
    dockerfile = (Path(__file__).parents[5] / "Dockerfile.worker").read_text()
    init, _, python, _, launcher = LAUNCHER

    assert f" {init}" in dockerfile
    assert f"-m venv {Path(python).parents[1]}" in dockerfile
    assert "WORKDIR /app" in dockerfile
    assert launcher.startswith("/app/common/")
    assert f"--uid {pod(deployment())['securityContext']['runAsUser']} " in dockerfile


def test_a_pod_is_told_of_addresses_only_where_any_may_pass() -> None:
    def told(media_urls: str) -> list[str]:
        job = deployment(env={"SWIFT_TRAINER_MEDIA_URLS": "any"})
        [container] = pod(job, cluster=replace(CLUSTER, media_urls=media_urls))["containers"]
        return [entry["value"] for entry in container["env"] if entry["name"] == "SWIFT_TRAINER_MEDIA_URLS"]

    assert (told("deny"), told("public"), told("any")) == ([], [], ["any"])
