"""Cursors lead through a list once, whatever comes and goes meanwhile."""

import json
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from common.store import Store
from common.store.attempts import AttemptStore, Report
from tests.builders import make_job
from tests.integration.api.expect import TRAINING, expect_problem
from tests.integration.store.test_job_verbs import start, submit

pytestmark = pytest.mark.integration


def get(client: FlaskClient, path: str, **query: Any) -> dict[str, Any]:
    response = client.get(TRAINING + path, query_string=query)
    assert response.status_code == 200, response.text
    return dict(response.get_json())


def submit_named(store: Store, *names: str, **changes: Any) -> None:
    for name in names:
        submit(store, make_job(name, **changes))


@pytest.mark.parametrize("query", [{}, {"status": "pending"}])
def test_jobs_come_once_though_others_come_and_go(client: FlaskClient, store: Store, query: dict[str, str]) -> None:
    submit_named(store, "a", "b", "c", "d", "e")
    first = get(client, "/jobs", size=2, **query)
    submit_named(store, "f")
    store.jobs.cancel("d", "by test")
    store.jobs.delete("d")

    second = get(client, "/jobs", size=2, cursor=first["next_cursor"], **query)
    third = get(client, "/jobs", size=2, cursor=second["next_cursor"], **query)

    pages = [[job["id"] for job in page["jobs"]] for page in (first, second, third)]
    assert pages == [["e", "d"], ["c", "b"], ["a"]]
    assert third["next_cursor"] is None


def test_the_last_page_by_number_has_no_cursor(client: FlaskClient, store: Store) -> None:
    submit_named(store, "a", "b")

    assert get(client, "/jobs", size=2)["next_cursor"] is None
    assert get(client, "/jobs", size=1, page=2)["next_cursor"] is None
    assert get(client, "/jobs", size=1, page=1)["next_cursor"] is not None


def test_the_queue_goes_on_behind_the_last_one_shown(client: FlaskClient, store: Store) -> None:
    submit_named(store, "low-1", "low-2", priority=1)
    submit_named(store, "high-1", "high-2", priority=9)
    first = get(client, "/queue", limit=2)
    submit_named(store, "urgent", priority=10)
    store.jobs.cancel("high-2", "by test")

    second = get(client, "/queue", limit=2, cursor=first["next_cursor"])

    assert [item["job_id"] for item in first["queue_items"]] == ["high-1", "high-2"]
    assert [(item["job_id"], item["queue_position"]) for item in second["queue_items"]] == [("low-1", 3), ("low-2", 4)]
    assert second["next_cursor"] is None


def test_events_lead_back_to_the_first_and_forward_from_any(client: FlaskClient, store: Store) -> None:
    job = submit(store)
    for _ in range(2):
        store.jobs.hold(job.id, "held")
        store.jobs.release(job.id, "released")

    newest = get(client, f"/jobs/{job.id}/events", limit=2)
    older = get(client, f"/jobs/{job.id}/events", limit=2, cursor=newest["next_cursor"])
    oldest = get(client, f"/jobs/{job.id}/events", limit=2, cursor=older["next_cursor"])
    after = get(client, f"/jobs/{job.id}/events", limit=2, after=oldest["events"][0]["id"])

    shown = [[event["type"] for event in page["events"]] for page in (oldest, older, newest)]
    assert shown == [["submit"], ["hold", "release"], ["hold", "release"]]
    assert oldest["next_cursor"] is None
    assert after["events"] == older["events"]


def test_metrics_keep_their_index_though_the_list_is_trimmed(client: FlaskClient, store: Store) -> None:
    job = start(store)
    attempts = AttemptStore(store.attempts.scripts, replace(store.attempts.bounds, metrics_max=4))

    def log(step: int) -> None:
        report = Report(metrics_from=step, metrics_to=step + 1, metrics=[json.dumps({"step": step})])
        attempts.report(job.id, 1, report)

    for step in range(3):
        log(step)
    first = get(client, f"/jobs/{job.id}/metrics", limit=2)
    for step in range(3, 6):
        log(step)
    second = get(client, f"/jobs/{job.id}/metrics", limit=2, cursor=first["next_cursor"])
    dropped = get(client, f"/jobs/{job.id}/metrics", index=0, limit=1)
    end = get(client, f"/jobs/{job.id}/metrics", index=6)

    assert [record["step"] for record in first["metrics"]] == [0, 1]
    assert [record["step"] for record in second["metrics"]] == [2, 3]
    assert (second["first_index"], second["next_index"], second["oldest_index"], second["total"]) == (2, 4, 2, 6)
    assert (dropped["first_index"], dropped["metrics"]) == (2, [{"step": 2}])
    assert (end["metrics"], end["next_index"], end["next_cursor"]) == ([], 6, None)


@pytest.mark.parametrize("path", ["/jobs", "/queue", "/jobs/one/events", "/jobs/one/metrics"])
@pytest.mark.parametrize(
    "cursor",
    ["!", "e30", "bnVsbA", "W10", "WyJqb2JzIl0", "WyJtZXRyaWNzIiwtMV0", "WyJtZXRyaWNzIix0cnVlXQ", "损", "[" * 256],
)
def test_what_is_no_cursor_is_refused(client: FlaskClient, store: Store, path: str, cursor: str) -> None:
    submit_named(store, "one")

    problem = expect_problem(client.get(TRAINING + path, query_string={"cursor": cursor}), 422, "invalid_input")

    assert problem["errors"][0]["field"] == "cursor"


def test_a_cursor_belongs_to_its_filter(client: FlaskClient, store: Store) -> None:
    submit_named(store, "a", "b")
    cursor = get(client, "/jobs", size=1)["next_cursor"]

    expect_problem(client.get(f"{TRAINING}/jobs?status=pending&cursor={cursor}"), 422, "invalid_input")
