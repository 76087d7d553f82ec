"""Steering the queue and its processor."""

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests.builders import make_node
from tests.integration.api.submitting import TRAINING, submit
from tests.real_stack import eventually

pytestmark = pytest.mark.integration


def test_processing_the_queue_runs_a_pass_and_tells_its_true_result(client: FlaskClient, store: Store) -> None:
    for name in ("a", "b", "c"):
        submit(client, name)
    store.nodes.heartbeat(make_node(gpus=2), 30)

    answer = client.post(f"{TRAINING}/queue/process")

    assert answer.status_code == 200
    assert answer.json["message"] == "looked at 3 waiting jobs: 2 started, 1 wait on"
    result = answer.json["result"]
    assert (result["processed"], result["started"], result["failed"]) == (3, 2, 0)
    assert [(item["job_id"], item["result"]) for item in result["details"]] == [
        ("a", "started"),
        ("b", "started"),
        ("c", "waiting"),
    ]
    assert result["details"][2]["reason"] == "gpus_busy"
    assert sorted(job.id for job in store.jobs.placed()) == ["a", "b"]


def test_processing_an_empty_queue_says_so(client: FlaskClient) -> None:
    result = client.post(f"{TRAINING}/queue/process").json["result"]

    assert result == {"processed": 0, "started": 0, "failed": 0, "details": []}


def test_a_pass_that_runs_elsewhere_is_not_claimed(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.services.queue_control._PATIENCE_SECONDS", 0)
    submit(client)
    store.nodes.heartbeat(make_node(), 30)
    store.passes.begin("elsewhere")

    answer = client.post(f"{TRAINING}/queue/process")

    assert answer.json["result"]["processed"] == 0
    assert "another pass runs" in answer.json["message"]
    assert store.passes.end("elsewhere") is True


def test_a_job_taken_out_of_the_queue_is_held_and_can_be_started_again(client: FlaskClient, store: Store) -> None:
    submit(client)

    answer = client.delete(f"{TRAINING}/queue/one")

    assert answer.status_code == 200
    assert set(answer.json) == {"message"}
    job = client.get(f"{TRAINING}/jobs/one").json
    assert (job["status"], job["held"], job["reason"]) == ("pending", True, "held_by_user")
    assert client.get(f"{TRAINING}/queue").json["total_queued"] == 0
    assert client.get(f"{TRAINING}/queue/one/status").status_code == 404
    assert store.events.newest("one", 1)[0][0].type == "hold"
    assert client.delete(f"{TRAINING}/queue/one").status_code == 200

    assert client.post(f"{TRAINING}/jobs/one/start").json["status"] == "queued"


def test_a_job_that_does_not_wait_cannot_be_taken_out_of_the_queue(client: FlaskClient) -> None:
    submit(client)
    client.post(f"{TRAINING}/jobs/one/stop")

    refused = client.delete(f"{TRAINING}/queue/one")

    assert (refused.status_code, refused.json["code"]) == (404, "not_queued")
    assert client.delete(f"{TRAINING}/queue/nobody").json["code"] == "job_not_found"


def test_a_stopped_processor_places_nothing_even_after_restarts(
    client: FlaskClient, store: Store, settings: Settings
) -> None:
    submit(client)
    store.nodes.heartbeat(make_node(), 30)

    assert set(client.post(f"{TRAINING}/queue/processor/stop").json) == {"message"}
    first = client.get(f"{TRAINING}/queue/processor/status").json
    client.post(f"{TRAINING}/queue/processor/stop")
    restarted = create_app(settings).test_client()

    status = restarted.get(f"{TRAINING}/queue/processor/status").json
    assert (status["running"], status["by"], status["queue_length"]) == (False, "local", 1)
    assert status["paused_at"] == first["paused_at"]
    processed = restarted.post(f"{TRAINING}/queue/process").json
    assert processed["result"]["started"] == 0
    assert "paused" in processed["message"]
    outlook = f"{TRAINING}/queue/one/status"
    eventually(lambda: restarted.get(outlook).json["reason"], lambda reason: reason == "paused")


def test_a_started_processor_places_again_and_tells_of_its_last_pass(client: FlaskClient, store: Store) -> None:
    client.post(f"{TRAINING}/queue/processor/stop")
    submit(client)
    store.nodes.heartbeat(make_node(), 30)

    for _ in range(2):
        assert client.post(f"{TRAINING}/queue/processor/start").status_code == 200
    client.post(f"{TRAINING}/queue/process")

    status = client.get(f"{TRAINING}/queue/processor/status").json
    assert (status["running"], status["paused_at"], status["by"]) == (True, None, None)
    assert (status["last_pass"]["started"], status["last_pass"]["waiting"]) == (1, 0)
    assert status["last_pass"]["ended_at"].endswith("Z")
