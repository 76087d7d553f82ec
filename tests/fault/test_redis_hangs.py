"""Redis is there and says nothing: every request ends soon all the same, and the process answers its probes."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from client.stack.embedded_redis import EmbeddedRedis
from tests import bodies
from tests.fault.redis_refusals import hanging
from tests.integration.api.expect import TRAINING
from tests.integration.api.live_server import LiveServer, live_server
from tests.real_stack import eventually

pytestmark = pytest.mark.fault

# They take 2 and 4 seconds, a busy machine adds to it; with the patience of the other processes it were 16 and 20.
PROBE_SECONDS = 8
REQUEST_SECONDS = 12


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis(tmp_path) as running:
        yield running


@pytest.fixture
def server(redis: EmbeddedRedis, tmp_path: Path) -> Iterator[LiveServer]:
    """With a key, so that Redis is asked for the limits, too."""
    with live_server(tmp_path, redis.socket_path, API_KEY="k" * 32) as running:
        running.http.headers["Authorization"] = f"Bearer {'k' * 32}"
        yield running


def within(seconds: float, ask: Callable[[], httpx2.Response]) -> httpx2.Response:
    began = time.monotonic()
    answer = ask()
    took = time.monotonic() - began
    assert took < seconds, f"{answer.request.method} {answer.request.url.path} took {took:.1f} s"
    return answer


def test_probes_answer_soon_while_redis_hangs(redis: EmbeddedRedis, server: LiveServer) -> None:
    def probe(path: str) -> httpx2.Response:
        return within(PROBE_SECONDS, lambda: server.http.get(path))

    warm = [server.http.get(path).status_code for path in ("/readyz", f"{TRAINING}/health", "/metrics")]
    with hanging(redis):
        # First over the connections that are there, then over new ones, which the kernel accepts for a stopped server.
        for _ in range(2):
            health, metrics, ready = probe(f"{TRAINING}/health"), probe("/metrics"), probe("/readyz")
            alive = probe("/healthz")

            assert alive.status_code == 200
            assert (ready.status_code, ready.json()["code"]) == (503, "store_unavailable")
            assert (health.status_code, health.json()["status"]) == (503, "unhealthy")
            assert (metrics.status_code, "swift_trainer_redis_up 0.0" in metrics.text) == (200, True)

    assert warm == [200, 200, 200]
    eventually(lambda: server.http.get("/readyz").status_code, lambda status: status == 200, what="a ready API")


def test_a_request_ends_soon_while_redis_hangs_and_can_be_repeated(redis: EmbeddedRedis, server: LiveServer) -> None:
    def submit() -> httpx2.Response:
        headers = {"Idempotency-Key": "once"}
        return server.http.post(f"{TRAINING}/jobs", json=bodies.training(job_id="one"), headers=headers)

    assert server.get("/jobs")["total"] == 0
    with hanging(redis):
        for _ in range(2):
            for ask in (submit, lambda: server.http.get(f"{TRAINING}/jobs")):
                answer = within(REQUEST_SECONDS, ask)

                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
                assert answer.json()["code"] == "store_unavailable"

    eventually(lambda: server.http.get("/readyz").status_code, lambda status: status == 200, what="a ready API")
    assert submit().status_code == 201
    assert [job["job_id"] for job in server.get("/jobs")["jobs"]] == ["one"]
