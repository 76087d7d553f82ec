"""POST /system/prune over a real Redis."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from common.settings import Settings
from common.store import Store, keys
from tests.builders import make_deployment, make_job
from tests.integration.api.expect import expect_problem
from tests.integration.scheduler.long_ago import ended_long_ago

pytestmark = pytest.mark.integration

PRUNE = "/api/v1/system/prune"


def counts(answer: dict) -> dict[str, int]:
    return {kind["kind"]: kind["count"] for kind in answer["kinds"]}


def test_a_dry_run_tells_what_would_go_and_forgets_nothing(client: FlaskClient, store: Store) -> None:
    old = ended_long_ago(store, days=200)

    answer = client.post(PRUNE, json={"dry_run": True}).json

    assert (answer["dry_run"], answer["more"]) == (True, False)
    assert counts(answer) == {"jobs": 1, "logs": 1, "metrics": 1, "audit": 0, "uploads": 0}
    jobs = answer["kinds"][0]
    assert (jobs["kept_days"], jobs["is_least"]) == (180.0, False)
    assert jobs["oldest_at"] == jobs["newest_at"]
    assert store.jobs.get(old.id) == old


def test_it_forgets_what_is_old(client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.services.retention.BUDGET_SECONDS", 600)
    for number in range(101):
        ended_long_ago(store, make_job(f"old-{number}"), days=200)
    ended_long_ago(store, make_job("young"), days=2)

    answer = client.post(PRUNE).json

    assert (answer["dry_run"], answer["more"], counts(answer)["jobs"]) == (False, False, 101)
    assert store.listings.all_ids() == ["young"]


def test_a_request_that_has_no_time_left_says_that_there_is_more(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(101):
        ended_long_ago(store, make_job(f"old-{number}"), days=200)
    monkeypatch.setattr("api.services.retention.BUDGET_SECONDS", 0)

    answer = client.post(PRUNE).json

    assert (answer["more"], counts(answer)["jobs"]) == (True, 100)


def test_requests_get_past_what_stays(client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(150):
        ended_long_ago(store, make_deployment(f"tiny~deploy-{number + 1}"), days=300)
    ended_long_ago(store, days=200)
    monkeypatch.setattr("api.services.retention.BUDGET_SECONDS", 0)

    first = client.post(PRUNE).json
    second = client.post(PRUNE, json={"stay": first["stay"]}).json

    assert (first["more"], first["stay"], counts(first)["jobs"]) == (True, 100, 0)
    assert (second["stay"], counts(second)["jobs"]) == (0, 1)
    assert "one" not in store.listings.all_ids()


def test_what_is_kept_for_ever_stays(make_settings: Callable[..., Settings], app: Flask, store: Store) -> None:
    for_ever = make_settings(RETENTION_JOBS_DAYS=0, RETENTION_LOGS_DAYS=0)
    app.extensions["swift_trainer"] = replace(app.extensions["swift_trainer"], settings=for_ever)
    client = app.test_client()
    ended_long_ago(store, days=9000)

    answer = client.post(PRUNE).json

    assert (counts(answer)["jobs"], answer["kinds"][0]["kept_days"]) == (0, 0.0)
    assert counts(client.post(PRUNE, json={"dry_run": True}).json)["jobs"] == 0
    assert store.listings.all_ids() == ["one"]


def test_what_is_asked_for_is_checked(client: FlaskClient, store: Store) -> None:
    for unclear in ("perhaps", "yes", 1, 0, None):
        expect_problem(client.post(PRUNE, json={"dry_run": unclear}), 422, "invalid_input")
    expect_problem(client.post(PRUNE, json={"dry": True}), 422, "invalid_input")


def test_it_is_in_the_audit(client: FlaskClient, store: Store) -> None:
    client.post(PRUNE)

    entries, _ = store.audit.page(1)
    assert [(entry["method"], entry["path"], entry["status"]) for entry in entries] == [("POST", PRUNE, "200")]


def test_the_metrics_count_what_went(client: FlaskClient, store: Store) -> None:
    ended_long_ago(store, days=200)
    client.post(PRUNE)

    text = client.get("/metrics").text

    assert 'swift_trainer_retention_forgotten_total{kind="jobs"} 1.0' in text


def test_the_doctor_says_that_nobody_looks_after_what_is_old(client: FlaskClient, store: Store) -> None:
    ended_long_ago(store, days=1)
    seconds = store.client.time()[0]

    codes = {finding["code"]: finding for finding in client.get("/api/v1/doctor").json["findings"]}
    assert codes["no_duties"]["message"] == "No duties process was ever here: what is old is not forgotten."

    store.client.hset(keys.RETENTION, "looked_at_ms", (seconds - 7200) * 1000)
    again = client.get("/api/v1/doctor", headers={"Accept-Language": "zh"}).json["findings"]
    assert [one["message"][:1] for one in again if one["code"] == "no_duties"] == ["自"]

    store.retention.note_look(seconds * 1000)
    assert "no_duties" not in {finding["code"] for finding in client.get("/api/v1/doctor").json["findings"]}
