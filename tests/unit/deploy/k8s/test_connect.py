"""What is said when there is no usable configuration of a cluster."""

from collections.abc import Callable
from pathlib import Path

import pytest

from common.settings import Settings
from deploy.targets import TargetProblem
from deploy.targets.k8s.cluster import connect

USABLE = """
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: x, context: {cluster: c, user: u, namespace: models}}]
current-context: x
"""


def test_the_namespace_is_the_contexts_unless_the_settings_name_one(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(USABLE)

    with connect(make_settings(K8S_KUBECONFIG=config)) as client:
        assert client.namespace == "models"
    with connect(make_settings(K8S_KUBECONFIG=config, K8S_NAMESPACE="other")) as client:
        assert client.namespace == "other"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        "a: b",
        "clusters: 5",
        USABLE.replace("current-context: x", "current-context: y"),
        USABLE.replace("cluster: c,", "cluster: d,"),
        USABLE.replace("user: u,", ""),
        USABLE.replace('http://127.0.0.1:1"', 'https://127.0.0.1:1", certificate-authority: gone.pem'),
        USABLE.replace('"http://127.0.0.1:1"', "[1]"),
    ],
)
def test_half_a_kubeconfig_is_told(content: str, make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(content)

    with pytest.raises(TargetProblem, match="no usable configuration of a Kubernetes cluster") as told:
        connect(make_settings(K8S_KUBECONFIG=config))

    assert "K8S_KUBECONFIG" in told.value.message
    assert not told.value.is_final


def test_no_kubeconfig_at_all_is_told(
    make_settings: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)

    with pytest.raises(TargetProblem, match="K8S_KUBECONFIG"):
        connect(make_settings())
