import json
from typing import Any

import pytest

JOB = "/jobs/bot~deploy-1"


@pytest.fixture
def two_deployments(service: Any, make_deployment: Any) -> list[dict[str, Any]]:
    found = [
        make_deployment("bot~deploy-2", "queued", version="v2", message="needs 1 GPU"),
        make_deployment(node="n1", deploy_target="local", unhealthy_since="noon"),
    ]
    service.on_deploy("GET", "/jobs", {"jobs": found, "total": 2})
    return found


def test_deployments_are_listed(swt: Any, two_deployments: Any) -> None:
    assert swt("deployments").stdout.splitlines() == [
        "DEPLOYMENT    STATUS   NAME  VERSION  TARGET  NODE  ENDPOINT            CREATED  NOTE",
        "bot~deploy-2  queued   bot   v2       -       -     -                   -        waits: needs 1 GPU",
        "bot~deploy-1  running  bot   v1       local   n1    http://n1:30000/v1  -        does not answer since noon",
    ]
    assert json.loads(swt("deployments", "-o", "json").stdout) == two_deployments


def test_one_is_shown_by_its_id(swt: Any, service: Any, make_deployment: Any) -> None:
    service.on_deploy("GET", JOB, make_deployment())

    for command in ("deployments", "show"):
        assert json.loads(swt(command, "bot~deploy-1", "-o", "json").stdout) == make_deployment()
    assert "endpoint  http://n1:30000/v1" in swt("deployments", "bot~deploy-1").stdout


@pytest.mark.parametrize("job_id", ["bot~deploy-1", "bot~k8s-1", "bot~cloud-1", "bot~deploy-1.2"])
@pytest.mark.parametrize("verb", ["stop", "start"])
def test_a_verb_goes_where_the_id_belongs(swt: Any, service: Any, verb: str, job_id: str) -> None:
    service.on_deploy("POST", f"/jobs/{job_id}/{verb}", {"job_id": job_id, "status": "done", "message": "ok"})
    service.on("POST", f"/jobs/training_001/{verb}", {"job_id": "training_001", "status": "done", "message": "ok"})

    result = swt(verb, job_id, "training_001", "-o", "json")

    assert result.exit_code == 0
    assert [answer["job_id"] for answer in json.loads(result.stdout)] == [job_id, "training_001"]


def test_rm_deletes_a_deployment(swt: Any, service: Any) -> None:
    service.on_deploy("DELETE", JOB, (204, None))

    assert swt("rm", "bot~deploy-1").exit_code == 0


def test_events_and_log_of_a_deployment(swt: Any, service: Any, make_page: Any) -> None:
    service.on_deploy("GET", f"{JOB}/events", {"events": [{"type": "ready", "message": "m", "timestamp": "t"}]})
    service.on_deploy("GET", f"{JOB}/logs", make_page("one\ntwo\n", end=True))

    assert swt("events", "bot~deploy-1").stdout.splitlines()[1].split() == ["t", "ready", "m"]
    assert swt("logs", "bot~deploy-1", "-n", "1").stdout == "two\n"
    assert swt("logs", "bot~deploy-1", "-f").stdout == "one\ntwo\n"


def test_wait_ends_when_it_answers(swt: Any, service: Any, make_deployment: Any) -> None:
    service.on_deploy("GET", JOB, make_deployment(status="starting"), make_deployment())

    result = swt("wait", "bot~deploy-1")

    assert result.exit_code == 0
    assert result.stdout == "bot~deploy-1 answers as bot, version v1\n"


def test_the_priority_of_one_that_waits_is_changed(swt: Any, service: Any, make_deployment: Any) -> None:
    service.on_deploy("GET", JOB, make_deployment(status="queued"), make_deployment(status="queued", priority=7))
    service.on_deploy("POST", "/queue/bot~deploy-1/add", {"message": "ok"})

    result = swt("priority", "bot~deploy-1", "7")

    assert result.stdout.splitlines()[1].split() == ["bot~deploy-1", "queued", "7"]
    assert service.requests[1].url.params["priority"] == "7"


@pytest.mark.parametrize("changes", [{"status": "pending", "held": True}, {"status": "stopped"}])
def test_a_priority_starts_nothing(swt: Any, service: Any, make_deployment: Any, changes: dict[str, Any]) -> None:
    service.on_deploy("GET", JOB, make_deployment(**changes))

    result = swt("priority", "bot~deploy-1", "7")

    assert result.exit_code == 2
    assert "swt start" in result.stderr


def test_models_are_listed(swt: Any, service: Any) -> None:
    model = {"name": "bot", "active": "v1", "wanted": "v2", "previous": "v0", "changed_at": "t"}
    service.on_deploy("GET", "/models", {"models": [model], "total": 1})

    assert swt("models").stdout.splitlines() == [
        "MODEL  ANSWERS  WANTED  BEFORE  CHANGED",
        "bot    v1       v2      v0      t",
    ]


def test_the_versions_of_a_model_are_listed(swt: Any, service: Any, make_deployment: Any) -> None:
    model = {"name": "bot", "active": "v1", "wanted": "v2", "previous": "v1"}
    versions = [
        {"version": "v1", "deployments": [make_deployment(), make_deployment("bot~deploy-1.2")]},
        {"version": "v2", "deployments": [make_deployment("bot~deploy-2", "starting")]},
        {"version": "v3", "deployments": []},
    ]
    service.on_deploy("GET", "/models/bot", {"model": model, "versions": versions})

    rows = [line.split() for line in swt("models", "bot").stdout.splitlines()]

    assert rows[1:] == [
        ["v1", "answers", "bot~deploy-1", "running", "http://n1:30000/v1", "-"],
        ["v1", "answers", "bot~deploy-1.2", "running", "http://n1:30000/v1", "-"],
        ["v2", "wanted", "bot~deploy-2", "starting", "-", "-"],
        ["v3", "-", "-", "-", "-", "-"],
    ]


def test_a_roll_back_says_what_came_of_it(swt: Any, service: Any) -> None:
    answer = {"name": "bot", "version": "v1", "active": "v1", "took_over": True, "message": "v1 of bot answers again"}
    service.on_deploy("POST", "/models/bot/rollback", answer)

    assert swt("rollback", "bot").stdout == "v1 of bot answers again\n"
    assert json.loads(swt("rollback", "bot", "v1", "-o", "json").stdout) == answer
    assert service.bodies == [{}, {"version": "v1"}]


def test_an_unknown_version_is_refused(swt: Any, service: Any) -> None:
    service.on_deploy("POST", "/models/bot/rollback", (409, {"detail": "no version v9", "code": "state_conflict"}))

    assert swt("rollback", "bot", "v9").exit_code == 4


def test_lineage_leads_from_the_data_to_what_is_served(swt: Any, service: Any) -> None:
    found = {
        "dataset": "/data/d.jsonl",
        "training": {"job_id": "a", "status": "completed", "model_path": "/models/base"},
        "checkpoint": "/out/a/checkpoint-9",
        "exports": [{"job_id": "a", "status": "completed", "path": "/out/a/merged"}],
        "deployments": [
            {"job_id": "a~deploy-1", "status": "running", "endpoint": "http://n1:1/v1", "model_path": "/out/a/merged"},
            {"job_id": "a~deploy-2", "status": "stopped", "endpoint": "", "model_path": "/out/a/merged"},
        ],
    }
    service.on("GET", "/jobs/a/lineage", found)

    rows = [line.split() for line in swt("lineage", "a").stdout.splitlines()]

    assert rows[1:] == [
        ["dataset", "-", "-", "/data/d.jsonl"],
        ["training", "a", "completed", "/models/base"],
        ["checkpoint", "-", "-", "/out/a/checkpoint-9"],
        ["export", "a", "completed", "/out/a/merged"],
        ["deployment", "a~deploy-1", "running", "http://n1:1/v1"],
        ["deployment", "a~deploy-2", "stopped", "/out/a/merged"],
    ]
    assert json.loads(swt("lineage", "a", "-o", "json").stdout) == found


def test_lineage_of_a_model_that_was_not_trained_here(swt: Any, service: Any) -> None:
    found = {"dataset": None, "training": None, "checkpoint": None, "exports": [], "deployments": []}
    service.on_deploy("GET", f"{JOB}/lineage", found)

    assert swt("lineage", "bot~deploy-1").stdout.splitlines() == ["WHAT  ID  STATUS  WHERE"]
