"""What is wrong with a `platform`, said by field."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.swift.inputs import Roots
from deploy.platforms.k8s.check_options import platform_problems
from deploy.platforms.k8s.options import platform_options

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)
FIELDS = ("node_selector", "tolerations", "storage", "ingress", "service_account", "gpu_resource", "cpu", "run_as_user")


@pytest.mark.parametrize(
    "platform",
    [
        {},
        {"node_selector": {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3", "disk": ""}},
        {"tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoExecute", "toleration_seconds": 0}]},
        {"tolerations": [{"operator": "Exists"}, {"key": "team", "value": "nlp"}]},
        {"storage": {"claim": "models", "mount_path": "/models"}},
        {"storage": None, "cpu": None},
        {"ingress": {"host": "qwen.example.org"}},
        {"ingress": {"host": "qwen.example.org", "class": "nginx", "tls_secret": "qwen-tls"}},
        {"service_account": "reader", "gpu_resource": "nvidia.com/mig-1g.10gb", "cpu": "0.5", "run_as_user": 1000},
        {"cpu": "500m", "startup_seconds": 7200},
    ],
)
def test_what_makes_sense_is_taken(platform: dict[str, Any]) -> None:
    assert platform_problems(platform) == []
    assert platform_options(platform).run_as_user >= 1000


@pytest.mark.parametrize(
    ("platform", "field"),
    [
        ({"nodeSelector": {}}, "nodeSelector"),
        ({"node_selector": ["a"]}, "node_selector"),
        ({"node_selector": {"a": 1}}, "node_selector.a"),
        ({"node_selector": {"-a": "b"}}, "node_selector.-a"),
        ({"tolerations": {"key": "a"}}, "tolerations"),
        ({"tolerations": [{"operator": "Exists"}, {"key": "a", "operator": "In"}]}, "tolerations.1"),
        ({"tolerations": [{"value": "a"}]}, "tolerations.0"),
        ({"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]}, "tolerations.0"),
        ({"tolerations": [{"key": "a", "effect": "Never"}]}, "tolerations.0"),
        ({"tolerations": [{"key": "a", "effect": ["NoExecute"]}]}, "tolerations.0"),
        ({"tolerations": [{"key": "a", "toleration_seconds": 5}]}, "tolerations.0"),
        ({"tolerations": [{"key": "a", "image": "b"}]}, "tolerations.0"),
        ({"storage": {"claim": "models"}}, "storage"),
        ({"storage": {"claim": "models", "mount_path": "/m", "host_path": "/m"}}, "storage"),
        ({"storage": {"claim": "Models", "mount_path": "/models"}}, "storage.claim"),
        ({"storage": {"claim": "models", "mount_path": "models"}}, "storage.mount_path"),
        ({"storage": {"claim": "models", "mount_path": "/"}}, "storage.mount_path"),
        ({"storage": {"claim": "models", "mount_path": "/a/../b"}}, "storage.mount_path"),
        ({"storage": {"host_path": "/"}}, "storage.host_path"),
        ({"ingress": {"class": "nginx"}}, "ingress"),
        ({"ingress": {"host": "*.example.org"}}, "ingress.host"),
        ({"ingress": {"host": "http://example.org"}}, "ingress.host"),
        ({"ingress": {"host": "a.example.org", "tls_secret": "A"}}, "ingress.tls_secret"),
        ({"service_account": "a b"}, "service_account"),
        ({"gpu_resource": "gpu"}, "gpu_resource"),
        ({"cpu": 4}, "cpu"),
        ({"cpu": "0"}, "cpu"),
        ({"cpu": "4 cores"}, "cpu"),
        ({"run_as_user": 0}, "run_as_user"),
        ({"run_as_user": True}, "run_as_user"),
        ({"startup_seconds": 1}, "startup_seconds"),
    ],
)
def test_what_does_not_is_named(platform: dict[str, Any], field: str) -> None:
    assert [name for name, _ in platform_problems(platform)] == [field]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_json_has_is_checked_without_a_crash(platform: dict[str, Any]) -> None:
    if not platform_problems(platform, roots=Roots((Path("/"),))):
        platform_options(platform)


def test_a_host_path_is_below_an_allowed_root() -> None:
    storage = {"storage": {"host_path": "/srv/models/qwen"}}

    assert platform_problems(storage, roots=Roots((Path("/srv/models"),))) == []
    [(field, message)] = platform_problems(storage, roots=Roots((Path("/srv/model"),)))
    assert (field, "ALLOWED_ROOTS" in message) == ("storage.host_path", True)


def test_model_files_are_inside_the_storage() -> None:
    storage = {"storage": {"claim": "models", "mount_path": "/models"}}
    paths = ["Qwen/Qwen2.5-7B-Instruct", "/models/adapter", "/modelsother", "/data/x"]

    assert [message for _, message in platform_problems(storage, model_paths=paths)] == [
        "has nothing of /modelsother: the servers see its files below /models",
        "has nothing of /data/x: the servers see its files below /models",
    ]
    assert platform_problems({}, model_paths=["/models/qwen"]) == [
        ("storage", "is needed: /models/qwen is a path, and the cluster's servers have no files but its")
    ]
