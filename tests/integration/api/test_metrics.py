"""/metrics: what it says, who may read it, and that dashboard and alerts name nothing else."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from common.settings import Settings
from common.store import Store
from common.store.passes import LastPass
from tests import bodies
from tests.builders import make_job, make_node
from tests.fault.redis_refusals import FULL, refusing
from tests.integration.api.expect import TRAINING, expect_problem
from tests.integration.api.live_server import live_server
from tests.integration.store.test_job_verbs import start, submit

pytestmark = pytest.mark.integration

GRAFANA = Path(__file__).parents[3] / "docs" / "grafana"
MAY_BE_ANYTHING = {"le", "quantile"}
# Labels with as many values as there are nodes, GPUs, deployments that hold some, routes and words of ours.
LABELS = {
    "state",
    "kind",
    "priority",
    "node",
    "uuid",
    "index",
    "model",
    "deployment",
    "version",
    "method",
    "route",
    "status",
}
UNITS = ("_seconds", "_bytes", "_ratio", "_celsius", "_info")
COUNTS = {
    "forgotten",
    "jobs",
    "up",
    "writable",
    "ready",
    "leased",
    "serving",
    "healthy",
    "paused",
    "processes",
    "state",
    "clients",
    "requests",
    "restarts",
}

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    """Every sample by its name and labels; parsing it is a check of its own."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found[f"swift_trainer_{name}", frozenset(labels.items())]


def full(store: Store, client: FlaskClient) -> str:
    """The metrics of a service in which something of everything happened."""
    job = start(store)
    gpus = tuple(replace(gpu, utilization_percent=40, temperature_celsius=60) for gpu in make_node().gpus)
    store.nodes.heartbeat(replace(make_node(), gpus=gpus), 30)
    submit(store, make_job("waits", priority=3))
    store.passes.record(LastPass(store.now(), 20, 1, 2, 0))
    store.passes.record(LastPass(store.now(), 30, 0, 2, 0))
    client.get(f"{TRAINING}/jobs/{job.id}")
    client.get(f"{TRAINING}/jobs/nobody")
    client.get("/no/such/path")
    return str(client.get("/metrics").text)


def test_the_service_is_told_in_numbers(client: FlaskClient, store: Store) -> None:
    found = samples(full(store, client))

    assert (value(found, "redis_up"), value(found, "redis_writable")) == (1, 1)
    assert value(found, "jobs", kind="train", state="running") == 1
    assert value(found, "jobs", kind="train", state="pending") == 1
    assert (value(found, "queue_jobs", priority="3"), value(found, "queue_jobs", priority="0")) == (1, 0)
    assert 0 < value(found, "queue_oldest_wait_seconds", priority="3") < 60
    assert value(found, "gpu_leased", node="node-1", uuid="GPU-0") == 1
    assert value(found, "gpu_leased", node="node-1", uuid="GPU-1") == 0
    assert value(found, "gpu_serving", node="node-1", uuid="GPU-0") == 0
    assert value(found, "gpu_memory_total_bytes", node="node-1", uuid="GPU-0") == 1000 * 1024 * 1024
    assert value(found, "gpu_utilization_ratio", node="node-1", uuid="GPU-0") == pytest.approx(0.4)
    assert value(found, "node_ready", node="node-1") == 1
    assert 0 <= value(found, "node_heartbeat_age_seconds", node="node-1") < 60
    assert value(found, "scheduler_pass_duration_seconds_count") == 2
    assert value(found, "scheduler_pass_duration_seconds_sum") == pytest.approx(0.05)
    assert value(found, "scheduler_last_pass_duration_seconds") == pytest.approx(0.03)
    assert value(found, "scheduler_placed_jobs_total") == 1


def test_a_gpu_that_serves_is_told_apart(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node(), 30)
    client.post("/api/v1/deploy/jobs", json=bodies.deployment())
    assert client.post(f"{TRAINING}/queue/process").json["result"]["started"] == 1

    found = samples(str(client.get("/metrics").text))

    held = {gpu: value(found, "gpu_leased", node="node-1", uuid=gpu) for gpu in ("GPU-0", "GPU-1")}
    serving = {gpu: value(found, "gpu_serving", node="node-1", uuid=gpu) for gpu in ("GPU-0", "GPU-1")}
    assert sorted(held.values()) == [0, 1]
    assert serving == held


def test_requests_are_counted_by_their_route(client: FlaskClient, store: Store) -> None:
    found = samples(full(store, client))
    route = "/api/v1/training/jobs/<job_id:job_id>"

    assert value(found, "http_requests_total", method="GET", route=route, status="200") == 1
    assert value(found, "http_requests_total", method="GET", route=route, status="404") == 1
    assert value(found, "http_requests_total", method="GET", route="unmatched", status="404") == 1
    assert value(found, "http_request_duration_seconds_count", method="GET", route=route) == 2
    assert value(found, "live_clients", kind="stream") == 0


def test_a_long_poll_says_nothing_about_latency(client: FlaskClient, store: Store) -> None:
    job = submit(store)
    client.get(f"{TRAINING}/jobs/{job.id}/status?wait=1")

    found = samples(client.get("/metrics").text)

    route = "/api/v1/training/jobs/<job_id:job_id>/status"
    assert value(found, "http_requests_total", method="GET", route=route, status="200") == 1
    assert ("swift_trainer_http_request_duration_seconds_count") not in {
        name for name, labels in found if ("route", route) in labels
    }


def test_labels_are_bounded_and_names_carry_units(client: FlaskClient, store: Store) -> None:
    for method in ("BREW", "get", "X" * 50):
        client.open("/no/such", method=method)
    text = full(store, client)

    for family in text_string_to_metric_families(text):
        assert family.name.startswith("swift_trainer_")
        assert family.documentation
        assert family.name.endswith(UNITS) or family.name.rpartition("_")[2] in COUNTS, family.name
        for sample in family.samples:
            assert set(sample.labels) <= LABELS | MAY_BE_ANYTHING
    for made_up in ("jobs/nobody", "/no/such", "BREW", "XXX", '"waits"', '"one"'):
        assert made_up not in text


def test_a_redis_that_is_full_shows(client: FlaskClient, store: Store) -> None:
    with refusing(store.client, FULL):
        found = samples(str(client.get("/metrics").text))

    assert (value(found, "redis_up"), value(found, "redis_writable")) == (1, 0)


def test_without_redis_it_says_so(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    app = create_app(make_settings(REDIS_SOCKET=tmp_path / "nobody.sock"))

    answer = app.test_client().get("/metrics")

    assert answer.status_code == 200
    found = samples(answer.text)
    assert (value(found, "redis_up"), value(found, "redis_writable")) == (0, 0)
    assert not [name for name, _ in found if name.startswith("swift_trainer_jobs")]


def test_it_asks_for_the_key_unless_it_is_open(
    make_settings: Callable[..., Settings], settings: Settings, store: Store
) -> None:
    key = "0123456789abcdef"
    closed = create_app(make_settings(API_KEY=key)).test_client()
    opened = create_app(make_settings(API_KEY=key, METRICS_OPEN="true")).test_client()

    expect_problem(closed.get("/metrics"), 401, "unauthenticated")
    assert closed.get("/metrics", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert opened.get("/metrics").status_code == 200
    expect_problem(opened.get(f"{TRAINING}/jobs"), 401, "unauthenticated")


def test_several_processes_are_summed_up(settings: Settings, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    extra = {"PROMETHEUS_MULTIPROC_DIR": folder, "WEB_CONCURRENCY": 2}
    with live_server(tmp_path, Path(settings.redis_socket), **extra) as server:
        for _ in range(20):
            # A connection each, so that both processes get some.
            server.http.get("/readyz", headers={"Connection": "close"})
        found = samples(server.http.get("/metrics").text)

    assert value(found, "http_requests_total", method="GET", route="/readyz", status="200") == 20
    assert value(found, "http_request_duration_seconds_count", method="GET", route="/readyz") == 20
    assert value(found, "live_clients", kind="stream") == 0
    assert value(found, "redis_up") == 1


def test_the_dashboard_and_the_alerts_name_only_metrics_that_there_are(client: FlaskClient, store: Store) -> None:
    there = {name for name, _ in samples(full(store, client))}
    dashboard = (GRAFANA / "swift-trainer.json").read_text()
    alerts = (GRAFANA / "alerts.yml").read_text()

    for text in (dashboard, alerts):
        named = set(re.findall(r"swift_trainer_[a-z_]+", text))
        assert named
        assert named - there == set()
    shown = set(re.findall(r"swift_trainer_[a-z_]+", dashboard))
    unshown = {name for name in there if name not in shown and not name.endswith("_info")}
    assert unshown <= {
        "swift_trainer_http_request_duration_seconds_sum",
        "swift_trainer_http_request_duration_seconds_count",
    }
    panels = json.loads(dashboard)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(target["expr"] for panel in panels for target in panel.get("targets", []))
