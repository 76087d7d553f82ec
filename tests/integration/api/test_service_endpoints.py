"""Health, GPUs, probes, the manual: what they answer while Redis is there, and while it is not."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests.builders import make_node
from tests.integration.api.expect import TRAINING, expect_problem, operations
from tests.integration.api.submitting import about_one
from tests.integration.store.test_job_verbs import start

pytestmark = pytest.mark.integration

CONTRACT_GPU = [
    "id",
    "name",
    "memory_total",
    "memory_used",
    "memory_free",
    "utilization",
    "temperature",
    "status",
    "job_id",
    "available",
    "node",
    "uuid",
    "processes",
]


@pytest.fixture
def cut_off(make_settings: Callable[..., Settings], tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of an API whose Redis is away."""
    app = create_app(make_settings(REDIS_SOCKET=tmp_path / "nobody.sock"))
    yield app.test_client()
    app.extensions["swift_trainer"].celery.close()


def test_health_counts_the_gpus_of_the_nodes_that_are_alive(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node("node-1", gpus=2), 30)
    store.nodes.heartbeat(make_node("node-2", gpus=8, state="stopped"), 30)

    response = client.get(f"{TRAINING}/health")

    assert response.status_code == 200
    assert set(response.json) == {"status", "timestamp", "services", "gpu_count"}
    assert (response.json["status"], response.json["gpu_count"]) == ("healthy", 2)
    assert response.json["services"] == {"redis": "connected", "gpu_manager": "connected"}


def test_a_service_without_nodes_is_healthy_and_says_so(client: FlaskClient) -> None:
    answer = client.get(f"{TRAINING}/health").json

    assert (answer["status"], answer["gpu_count"]) == ("healthy", 0)
    assert answer["services"]["gpu_manager"] == "no node is connected"


def test_gpus_show_who_holds_them(client: FlaskClient, store: Store) -> None:
    start(store)

    answer = client.get(f"{TRAINING}/gpus").json

    assert answer["total"] == len(answer["gpus"]) == 2
    held, free = answer["gpus"]
    assert [name for name in CONTRACT_GPU if name not in held] == []
    assert (held["status"], held["job_id"], held["available"]) == ("leased", "one", False)
    assert (free["status"], free["job_id"], free["available"]) == ("free", None, True)


def test_no_gpu_is_an_empty_list(client: FlaskClient) -> None:
    assert client.get(f"{TRAINING}/gpus").json == {"gpus": [], "total": 0}


@pytest.mark.parametrize(
    ("path", "said"), [("/healthz", {"status": "ok"}), ("/readyz", {"status": "ready", "redis": "connected"})]
)
def test_probes_answer(client: FlaskClient, path: str, said: dict[str, str]) -> None:
    assert (client.get(path).status_code, client.get(path).json) == (200, said)


@pytest.mark.parametrize("path", ["/", "/info"])
def test_the_root_says_what_this_is_and_where_the_manual_is(client: FlaskClient, path: str) -> None:
    answer = client.get(path).json

    assert answer["api_prefix"] == "/api/v1"
    for name in ("docs", "redoc", "openapi"):
        assert client.get(answer[name]).status_code == 200


@pytest.mark.parametrize(("path", "needs"), [("/docs", "swagger-ui"), ("/redoc", "<redoc")])
def test_the_manual_is_a_page_whose_assets_are_ours(client: FlaskClient, path: str, needs: str) -> None:
    page = client.get(path)

    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert needs in page.text
    assert "http" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    ["/docs/assets/../__init__.py", "/docs/assets/%2e%2e/__init__.py", "/docs/own//etc/passwd", "/redoc/assets/"],
)
def test_no_file_beside_the_manual_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {308, 404}


def test_every_answer_has_an_id_and_says_to_browsers_what_not_to_do(client: FlaskClient) -> None:
    for path in ("/", "/docs", f"{TRAINING}/jobs", f"{TRAINING}/jobs/ghost", "/nowhere"):
        headers = client.get(path).headers

        assert headers["X-Request-Id"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers


def test_a_sent_request_id_comes_back_and_an_odd_one_does_not(client: FlaskClient) -> None:
    assert client.get("/", headers={"X-Request-Id": "build-7.1"}).headers["X-Request-Id"] == "build-7.1"
    for odd in ("", "a b", "<script>", "x" * 129, "é"):
        assert client.get("/", headers={"X-Request-Id": odd}).headers["X-Request-Id"] not in {"", odd}


# They tell what is built in, and ask Redis nothing.
WITHOUT_REDIS = re.compile(r"/(params/(default|compare)|supported-types|health)$")


def test_without_redis_every_endpoint_answers_503_and_when_to_come_back(cut_off: FlaskClient) -> None:
    for method, path, operation in operations(cut_off.application):
        if WITHOUT_REDIS.search(path):
            continue
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        examples = [example["value"] for example in content.get("examples", {}).values()] or [content.get("example")]
        body = {"json": {"priority": 1} if examples[0] is None else examples[0]} if content else {}

        response = cut_off.open(about_one(path), method=method, **body)

        expect_problem(response, 503, "store_unavailable")
        assert response.headers["Retry-After"] == "5"


def test_without_redis_the_process_is_alive_not_ready_and_its_manual_is_there(cut_off: FlaskClient) -> None:
    assert cut_off.get("/healthz").status_code == 200
    expect_problem(cut_off.get("/readyz"), 503, "store_unavailable")
    unhealthy = cut_off.get(f"{TRAINING}/health")
    assert (unhealthy.status_code, unhealthy.json["status"]) == (503, "unhealthy")
    assert cut_off.get("/docs").status_code == cut_off.get("/openapi.json").status_code == 200
