"""What is wrong with a cloud's `platform`, said by field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.deployments import Target
from deploy.platforms import platforms
from deploy.platforms.cloud.check_options import platform_problems
from deploy.platforms.cloud.options import Autoscaling, Bucket, platform_options

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)
FIELDS = ("accelerator", "infra", "use_spot", "cpus", "disk_size_gb", "storage", "autoscaling", "startup_seconds")
BOUNDS = {"min_replicas": 1, "max_replicas": 3, "target_qps_per_replica": 2.5}


@pytest.mark.parametrize(
    "platform",
    [
        {},
        {"accelerator": "A100-80GB", "infra": "gcp/us-central1/us-central1-a", "use_spot": True},
        {"infra": "k8s/my-context"},
        {"cpus": "8+", "disk_size_gb": 512, "startup_seconds": 7200},
        {"storage": {"bucket": "s3://models/qwen", "mount_path": "/models"}, "cpus": None},
        {"autoscaling": BOUNDS},
    ],
)
def test_what_makes_sense_is_taken(platform: dict[str, Any]) -> None:
    assert platform_problems(platform) == []
    assert platform_options(platform).startup_seconds > 0


@pytest.mark.parametrize(
    ("platform", "field"),
    [
        ({"region": "eu"}, "region"),
        ({"accelerator": "H100:8"}, "accelerator"),
        ({"accelerator": 1}, "accelerator"),
        ({"infra": "AWS"}, "infra"),
        ({"infra": "aws/a/b/c"}, "infra"),
        ({"use_spot": "yes"}, "use_spot"),
        ({"cpus": 8}, "cpus"),
        ({"cpus": "0"}, "cpus"),
        ({"disk_size_gb": 0}, "disk_size_gb"),
        ({"storage": {"bucket": "s3://a"}}, "storage"),
        ({"storage": {"bucket": "/etc", "mount_path": "/models"}}, "storage.bucket"),
        ({"storage": {"bucket": "s3://models", "mount_path": "/"}}, "storage.mount_path"),
        ({"autoscaling": {"min_replicas": 1}}, "autoscaling"),
        ({"autoscaling": {**BOUNDS, "min_replicas": 0}}, "autoscaling.min_replicas"),
        ({"autoscaling": {**BOUNDS, "max_replicas": 0}}, "autoscaling.max_replicas"),
        ({"autoscaling": {**BOUNDS, "target_qps_per_replica": float("inf")}}, "autoscaling.target_qps_per_replica"),
        ({"autoscaling": {**BOUNDS, "target_qps_per_replica": True}}, "autoscaling.target_qps_per_replica"),
        ({"startup_seconds": "60"}, "startup_seconds"),
    ],
)
def test_what_does_not_is_named(platform: dict[str, Any], field: str) -> None:
    assert [name for name, _ in platform_problems(platform)] == [field]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_json_has_is_checked_without_a_crash(platform: dict[str, Any]) -> None:
    if not platform_problems(platform):
        platform_options(platform)


def test_a_server_with_gpus_needs_to_know_which() -> None:
    assert [name for name, _ in platform_problems({}, gpus=1)] == ["accelerator"]
    assert platform_problems({"accelerator": "L4"}, gpus=1) == []


def test_model_files_are_inside_the_bucket() -> None:
    storage = {"storage": {"bucket": "s3://models", "mount_path": "/models"}}

    assert platform_problems(storage, model_paths=["Qwen/Qwen2.5-7B-Instruct", "/models/qwen"]) == []
    assert platform_problems(storage, model_paths=["/data/qwen"]) == [
        ("storage", "has nothing of /data/qwen: the servers see its files below /models")
    ]
    assert [name for name, _ in platform_problems({}, model_paths=["/data/qwen"])] == ["storage"]


def test_options_come_out_typed() -> None:
    options = platform_options(
        {"storage": {"bucket": "s3://m", "mount_path": "/m"}, "autoscaling": BOUNDS, "infra": None}
    )

    assert options.bucket == Bucket("s3://m", "/m")
    assert options.autoscaling == Autoscaling(1, 3, 2.5)
    assert options.infra == ""


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        (Target.K8S, ["platform.accelerator"]),
        (Target.CLOUD, ["platform.node_selector"]),
        (Target.LOCAL, []),
    ],
)
def test_each_target_has_options_of_its_own(target: Target, fields: list[str]) -> None:
    found = platforms.platform_problems(target, {"accelerator": "H100", "node_selector": {"a": "b"}})

    assert [problem.field for problem in found] == fields
