"""The OpenAPI document held to the service by schemathesis: each phase, all checks, a bounded number of examples.

SCHEMATHESIS_EXAMPLES asks for more examples of each operation than `make test` can spend.
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from client.stack.embedded_redis import EmbeddedRedis
from common.jobs import Job
from common.settings import Settings
from common.states import JobState, Verb
from common.store import Store
from tests import bodies
from tests.builders import make_node
from tests.integration.api.live_server import LiveServer, live_server
from tests.integration.api.schemathesis_run import Report, run
from tests.integration.api.submitting import place, submit

pytestmark = [pytest.mark.integration, pytest.mark.timeout(3600)]

API = "/api/v1"
KEY = "a-key-of-more-than-sixteen-characters"
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "10"))
# All the while a job runs, so that not all can be deleted; no upload that is made up here is a whole data set; and of
# deployments only one in a cluster can be scaled, and few ids are asked for in so few cases; and the one node is alive
# and holds leases, so that it cannot be forgotten (test_nodes.py forgets others).
OUT_OF_REACH = {
    "DELETE /api/v1/training/jobs",
    "GET /api/v1/datasets/{dataset}/content",
    "PATCH /api/v1/deploy/jobs/{job_id}",
    "DELETE /api/v1/deploy/jobs/{job_id}",
    "DELETE /api/v1/nodes/{node}",
}


@pytest.fixture
def world(settings: Settings, store: Store) -> None:
    """Jobs in all states that an endpoint tells apart, under the names in schemathesis.toml."""
    app = create_app(settings)
    client = app.test_client()
    for job_id, verb in (("completed", Verb.COMPLETE), ("failed", Verb.FAIL)):
        place(client, store, job_id)
        store.attempts.start(job_id, 1, 4711, "/log", "started")
        store.attempts.end(job_id, 1, verb, None, "over", checkpoint_path="/data/output/one/attempt-1/checkpoint-9")
    serve(client, store)
    place(client, store, "running")
    store.attempts.start("running", 1, 4712, "/log", "started")
    submit(client, "waiting")
    submit(client, "held", auto_start=False)
    announced = client.post(f"{API}/datasets", json={"name": "train.jsonl"}).json
    record = b'{"query": "a", "response": "b"}\n'
    assert client.put(announced["upload_url"], data=record).status_code == 200
    assert client.post(f"{API}/keys", json={"name": "spare", "scope": "read"}).status_code == 201
    app.extensions["swift_trainer"].store.client.close()
    app.extensions["swift_trainer"].celery.close()


def serve(client: FlaskClient, store: Store) -> None:
    """Deployments of two versions: the first was stopped, the second answers and keeps a GPU; a third is held."""
    body = bodies.deployment(name="tiny")
    for number in (1, 2):
        job_id = client.post(f"{API}/deploy/jobs", json=body).json["job_id"]
        assert client.post(f"{API}/training/queue/process").json["result"]["started"] == 1
        store.attempts.start(job_id, 1, 4714, "/log", "started")
        ready(store, store.jobs.get(job_id))
        if number == 1:
            store.attempts.end(job_id, 1, Verb.STOP, None, "stopped")
    client.post(f"{API}/deploy/jobs", json={**body, "auto_start": False})


def ready(store: Store, job: Job) -> None:
    endpoint, version = f"http://127.0.0.1:{job.served.port}/v1", job.spec.serving.version
    store.deployments.ready(job.id, job.attempt, name="tiny", version=version, endpoint=endpoint, message="it answers")


@pytest.fixture
def node(world: None, store: Store) -> Iterator[None]:
    """A node that is there, starts what it is given and ends what is to be stopped."""
    over = threading.Event()

    def obey() -> None:
        while not over.wait(0.05):
            store.nodes.heartbeat(make_node(), 30)
            for job in store.jobs.placed():
                if job.cancel_requested_at:
                    verb = Verb.STOP if job.spec.model_name else Verb.CANCEL
                    store.attempts.end(job.id, job.attempt, verb, None, "stopped")
                elif job.state is JobState.ASSIGNED:
                    store.attempts.start(job.id, job.attempt, 4713, "/log", "started")
                elif job.state is JobState.STARTING:
                    ready(store, job)

    thread = threading.Thread(target=obey)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def server(node: None, tmp_path: Path, redis_server: EmbeddedRedis) -> Iterator[LiveServer]:
    """A real API with a key; a long poll finds no place and answers at once."""
    limits = {"RATE_LIMIT": "", "RATE_LIMIT_FAILED_AUTH": "", "SSE_MAX_CLIENTS": 0}
    folder = tmp_path / "data"  # where the world's data set is
    with live_server(folder, redis_server.socket_path, API_KEY=KEY, LOG_LEVEL="ERROR", **limits) as started:
        yield started


def told(report: Report) -> str:
    return "\n\n".join(f"{name}: {text}" for name, text in sorted(report.findings.items()))


def test_examples_and_every_limit_of_the_document_hold(server: LiveServer) -> None:
    report = run(server, KEY, {"examples", "coverage"}, EXAMPLES)

    assert not report.findings, told(report)
    assert report.cases > 1000
    assert report.never_answered_with_success() <= OUT_OF_REACH


def test_whatever_the_document_allows_and_forbids_is_answered_as_it_says(server: LiveServer) -> None:
    report = run(server, KEY, {"fuzzing"}, 2 * EXAMPLES)

    assert not report.findings, told(report)


def test_whatever_is_done_with_a_job_one_after_the_other_is_answered_as_the_document_says(server: LiveServer) -> None:
    # A walk ends as soon as the service, which now has other jobs, answers a repeated request otherwise: so, several.
    walks, cases = max(3, EXAMPLES // 3), 0
    for walk in range(walks):
        report = run(server, KEY, {"stateful"}, EXAMPLES, more_seed=walk)

        assert not report.findings, told(report)
        cases += report.cases
    assert cases > 50 * walks
