from typing import Any

import pytest

from swift_trainer.sdk import NotFound, WaitTimedOut, is_deployment_id

JOB = "/jobs/bot~deploy-1"


@pytest.mark.parametrize("job_id", ["bot~deploy-1", "bot~k8s-2", "a.b-c~cloud-13", "bot~deploy-4.2"])
def test_an_id_tells_that_it_is_a_deployments(job_id: str) -> None:
    assert is_deployment_id(job_id)


@pytest.mark.parametrize(
    "job_id", ["training_001", "a~export-1", "bot-deploy-1", "~deploy-1", "bot~deploy-", "bot~x-1"]
)
def test_other_ids_do_not(job_id: str) -> None:
    assert not is_deployment_id(job_id)


def test_create_sends_the_body_and_a_key_of_its_own(client: Any, service: Any) -> None:
    service.on_deploy("POST", "/jobs", (201, {"job_id": "bot~deploy-1", "api_key": "sk-1"}))

    made = client.deployments.create({"model_path": "training_001", "gpus": 2})
    client.deployments.create({"model_path": "training_001"}, idempotency_key="release-7")

    assert made == {"job_id": "bot~deploy-1", "api_key": "sk-1"}
    assert service.bodies[0] == {"model_path": "training_001", "gpus": 2}
    assert len(service.requests[0].headers["Idempotency-Key"]) == 36
    assert service.requests[1].headers["Idempotency-Key"] == "release-7"


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        (lambda verbs: verbs.get("bot~deploy-1"), "GET", ""),
        (lambda verbs: verbs.status("bot~deploy-1"), "GET", "/status"),
        (lambda verbs: verbs.logs("bot~deploy-1", limit=5), "GET", "/logs"),
        (lambda verbs: verbs.lineage("bot~deploy-1"), "GET", "/lineage"),
        (lambda verbs: verbs.start("bot~deploy-1"), "POST", "/start"),
        (lambda verbs: verbs.stop("bot~deploy-1"), "POST", "/stop"),
    ],
)
def test_each_verb_goes_to_its_path(client: Any, service: Any, call: Any, method: str, path: str) -> None:
    service.on_deploy(method, JOB + path, {"job_id": "bot~deploy-1"})

    assert call(client.deployments) == {"job_id": "bot~deploy-1"}


def test_list_events_and_delete(client: Any, service: Any) -> None:
    service.on_deploy("GET", "/jobs", {"jobs": [{"job_id": "bot~deploy-1"}], "total": 1})
    service.on_deploy("GET", f"{JOB}/events", {"events": [{"type": "ready"}], "total": 1})
    service.on_deploy("DELETE", JOB, (204, None))

    assert list(client.deployments.list(status="running")) == [{"job_id": "bot~deploy-1"}]
    assert client.deployments.events("bot~deploy-1") == [{"type": "ready"}]
    assert client.deployments.delete("bot~deploy-1") is None


def test_the_queue_is_read_and_steered(client: Any, service: Any) -> None:
    item = {"job_id": "bot~deploy-1", "queue_position": 2}
    service.on_deploy("GET", "/queue", {"total_queued": 1, "queue_items": [item]})
    service.on_deploy("POST", "/queue/bot~deploy-1/add", {"message": "waits"})
    service.on_deploy("DELETE", "/queue/bot~deploy-1", {"message": "held"})

    assert client.deployments.queue() == [item]
    assert client.deployments.enqueue("bot~deploy-1", priority=0) == {"message": "waits"}
    assert dict(service.requests[1].url.params) == {"priority": "0"}
    assert client.deployments.hold("bot~deploy-1") == {"message": "held"}


@pytest.mark.parametrize("status", ["running", "failed", "stopped"])
def test_wait_ends_when_it_answers_or_has_ended(
    client: Any, service: Any, clock: Any, make_deployment: Any, status: str
) -> None:
    views = [make_deployment(status=name) for name in ("queued", "assigned", "starting", status)]
    service.on_deploy("GET", JOB, *views)

    assert client.deployments.wait("bot~deploy-1", timeout=60, poll=3)["status"] == status
    assert clock.naps == [3, 3, 3]


def test_one_that_answers_and_was_told_to_stop_is_waited_for(client: Any, service: Any, make_deployment: Any) -> None:
    """It ends; or it starts again, as after a roll back to what is just being stopped."""
    stopping = make_deployment(cancel_requested_at="2026-11-22T10:00:00Z")
    service.on_deploy("GET", JOB, stopping, make_deployment(status="pending"), make_deployment())

    seen = list(client.deployments.watch("bot~deploy-1"))

    assert [view["status"] for view in seen] == ["running", "pending", "running"]


def test_one_that_runs_but_does_not_answer_is_waited_for(client: Any, service: Any, make_deployment: Any) -> None:
    service.on_deploy("GET", JOB, make_deployment(healthy=False), make_deployment())

    assert [view["healthy"] for view in client.deployments.watch("bot~deploy-1")] == [False, True]


def test_wait_gives_up_in_time(client: Any, service: Any, make_deployment: Any) -> None:
    service.on_deploy("GET", JOB, make_deployment(status="starting"))

    with pytest.raises(WaitTimedOut, match="still starting after 5 s"):
        client.deployments.wait("bot~deploy-1", timeout=5)


def test_models_are_listed_shown_and_rolled_back(client: Any, service: Any) -> None:
    model = {"name": "bot", "active": "v2", "wanted": "v2", "previous": "v1"}
    service.on_deploy("GET", "/models", {"models": [model], "total": 1})
    service.on_deploy("GET", "/models/bot", {"model": model, "versions": []})
    service.on_deploy("POST", "/models/bot/rollback", {"name": "bot", "version": "v1"})

    assert client.models.list() == [model]
    assert client.models.get("bot") == {"model": model, "versions": []}
    assert client.models.rollback("bot") == {"name": "bot", "version": "v1"}
    client.models.rollback("bot", "v0")
    assert service.bodies == [{}, {"version": "v0"}]


def test_the_slash_of_a_models_name_is_escaped(client: Any, service: Any) -> None:
    service.on_deploy("POST", "/models/team%2Fbot/rollback", {"name": "team/bot", "version": "v1"})

    assert client.models.rollback("team/bot")["name"] == "team/bot"


def test_a_models_name_cannot_leave_its_place_in_the_path(client: Any, service: Any) -> None:
    service.on_deploy("GET", "/models/a%2Frollback", (404, {"code": "model_not_found"}))

    with pytest.raises(NotFound):
        client.models.get("a/rollback")


def test_lineage_is_asked_for_where_the_id_belongs(client: Any, service: Any) -> None:
    service.on("GET", "/jobs/training_001/lineage", {"dataset": "/d"})
    service.on_deploy("GET", f"{JOB}/lineage", {"dataset": "/e"})

    assert client.lineage("training_001") == {"dataset": "/d"}
    assert client.lineage("bot~deploy-1") == {"dataset": "/e"}
