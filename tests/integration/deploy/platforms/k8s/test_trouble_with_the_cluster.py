"""A cluster that refuses, is not there or is something else: said in words, and tried again unless that is useless."""

import socket
import socketserver
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import yaml

from common.jobs import Job
from common.secret import Secret
from deploy.platforms import PlatformProblem
from deploy.platforms.k8s.platform import KubernetesPlatform
from tests.kube.cluster import Cluster

pytestmark = pytest.mark.integration

MakeTarget = Callable[..., KubernetesPlatform]
MakeDeployment = Callable[..., Job]


def trouble(target: KubernetesPlatform, job: Job) -> PlatformProblem:
    with pytest.raises(PlatformProblem) as raised:
        target.apply(job, Secret("key"))
    return raised.value


def test_a_right_that_is_missing_is_named(make_target: MakeTarget, make_deployment: MakeDeployment) -> None:
    found = trouble(make_target("nobody"), make_deployment())

    assert "this service may not get secrets in namespace models" in found.message
    assert not found.is_final


def test_credentials_that_the_cluster_does_not_know_are_told(
    make_target: MakeTarget, make_deployment: MakeDeployment
) -> None:
    found = trouble(make_target("stranger"), make_deployment())

    assert "does not accept this service's credentials" in found.message
    assert not found.is_final


def test_a_namespace_that_is_missing_is_named(make_target: MakeTarget, make_deployment: MakeDeployment) -> None:
    found = trouble(make_target("admin", K8S_NAMESPACE="nowhere"), make_deployment())

    assert 'namespaces "nowhere" not found' in found.message
    assert not found.is_final


def test_a_token_that_no_header_can_have_is_not_told(
    make_target: MakeTarget, make_deployment: MakeDeployment, cluster: Cluster
) -> None:
    config = cluster.kubeconfig("broken")
    found = yaml.safe_load(config.read_text())
    found["users"][0]["user"] = {"token": "CANARYKUBE\nx"}
    config.write_text(yaml.safe_dump(found))

    told = trouble(make_target(K8S_KUBECONFIG=config), make_deployment())

    assert "the token has a character that no header may have" in told.message
    assert "CANARYKUBE" not in "".join(traceback.format_exception(told))


def test_a_cluster_that_is_down_may_come_back(
    make_target: MakeTarget, make_deployment: MakeDeployment, cluster: Cluster
) -> None:
    config = cluster.kubeconfig("down", server="http://127.0.0.1:1")

    found = trouble(make_target(K8S_KUBECONFIG=config), make_deployment())

    assert "the Kubernetes API does not answer" in found.message
    assert not found.is_final


def test_a_cluster_that_says_nothing_is_given_up_in_time(
    make_target: MakeTarget, make_deployment: MakeDeployment, cluster: Cluster
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = cluster.kubeconfig("silent", server=f"http://127.0.0.1:{silent.getsockname()[1]}")
        target = make_target(K8S_KUBECONFIG=config, K8S_TIMEOUT_SECONDS=0.2)

        found = trouble(target, make_deployment())

    assert "does not answer (ReadTimeout" in found.message
    assert not found.is_final


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\noops", "answered 502"),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "something else"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", "something else"),
        (b"HTTP/1.1 404 No\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]", "something else"),
        (b"220 mail.example.org ready\r\n", "does not answer"),
    ],
)
def test_what_is_no_cluster_is_told_from_one(
    answer: bytes, said: str, make_target: MakeTarget, make_deployment: MakeDeployment, cluster: Cluster
) -> None:
    with answering(answer) as port:
        config = cluster.kubeconfig("lost", server=f"http://127.0.0.1:{port}")

        found = trouble(make_target(K8S_KUBECONFIG=config), make_deployment())

    assert said in found.message
    assert not found.is_final


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """Answer the same to whoever asks."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
