"""What the machines have and use."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from common.nodes import Gpu
from common.store import Store
from tests.builders import make_node
from tests.integration.api.submitting import TRAINING

pytestmark = pytest.mark.integration


def test_nodes_are_summed_up_and_listed(client: FlaskClient, store: Store) -> None:
    gpu = Gpu(uuid="GPU-0", index=0, name="H200", memory_total_mib=1000, memory_used_mib=250)
    store.nodes.heartbeat(
        replace(make_node("a"), gpus=(gpu,), cpu_count=2, cpu_percent=50, memory_total_bytes=100, memory_used_bytes=40),
        30,
    )
    store.nodes.heartbeat(
        replace(make_node("b"), gpus=(gpu,), cpu_count=6, cpu_percent=10, memory_total_bytes=300, memory_used_bytes=60),
        30,
    )
    store.nodes.heartbeat(make_node("gone", state="gone", cpu_count=64), 30)

    answer = client.get(f"{TRAINING}/system/status")

    assert answer.status_code == 200
    assert answer.json["system"] == {
        "memory": {"total": 400, "used": 100, "available": 300, "percent": 25.0},
        "cpu": {"usage_percent": 20.0, "count": 8},
    }
    assert answer.json["gpu"] == {
        "count": 2,
        "total_memory": 2000,
        "used_memory": 500,
        "memory_usage_percent": 25.0,
    }
    assert [(node["node"], node["alive"], node["system"]["cpu"]["count"]) for node in answer.json["nodes"]] == [
        ("a", True, 2),
        ("b", True, 6),
        ("gone", False, 64),
    ]


def test_without_a_node_everything_is_zero(client: FlaskClient) -> None:
    answer = client.get(f"{TRAINING}/system/status").json

    assert answer["nodes"] == []
    assert answer["gpu"] == {"count": 0, "total_memory": 0, "used_memory": 0, "memory_usage_percent": 0.0}
    assert answer["system"]["memory"]["percent"] == 0.0
