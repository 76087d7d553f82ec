"""What is said when there is no usable configuration of a cluster."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from common.settings import Settings
from deploy.platforms import PlatformProblem
from deploy.platforms.k8s.cluster import connect

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

    with pytest.raises(PlatformProblem, match="no usable configuration of a Kubernetes cluster") as told:
        connect(make_settings(K8S_KUBECONFIG=config))

    assert "K8S_KUBECONFIG" in told.value.message
    assert not told.value.is_final


def test_no_kubeconfig_at_all_is_told(
    make_settings: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)

    with pytest.raises(PlatformProblem, match="K8S_KUBECONFIG"):
        connect(make_settings())


CANARY = "CANARYKUBE"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"token: {CANARY}: x", "ScannerError: mapping values are not allowed here, line 1"),
        (f"users:\n- {{token: '{CANARY}", "ScannerError: found unexpected end of stream, line 2"),
        (f"a: [1\ntoken: {CANARY}", "ParserError: expected, line 2"),
        (f"token: !{CANARY} x", "ConstructorError: could not determine a constructor for the tag, line 1"),
        (f"token: *{CANARY}", "ComposerError: found undefined alias, line 1"),
        (f"token: {CANARY}\x01", "ReaderError: special characters are not allowed"),
        (f"token: !!int {CANARY}", "ValueError"),
        (USABLE.replace("http://", f"http://u:{CANARY}/@"), "InvalidURL"),
    ],
)
def test_what_a_broken_kubeconfig_holds_is_not_told(
    content: str, told: str, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(content)

    with pytest.raises(PlatformProblem) as raised:
        connect(make_settings(K8S_KUBECONFIG=config))

    assert f"({told}):" in raised.value.message
    assert CANARY not in "".join(traceback.format_exception(raised.value)).upper()
