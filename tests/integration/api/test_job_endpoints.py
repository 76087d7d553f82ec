"""Reading, stopping and deleting jobs: statuses and fields, in every state."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from common.jobs import Progress
from common.reasons import Reason
from common.states import FINAL, JOB_STATES, PLACED, JobState, Verb
from common.store import Store
from common.store.attempts import Report
from tests.builders import make_job
from tests.integration.api.expect import TRAINING, expect_problem
from tests.integration.store.test_job_verbs import in_state, start

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
CONTRACT_JOB = [
    "id",
    "job_id",
    "status",
    "task_type",
    "trainer_type",
    "priority",
    "created_at",
    "started_at",
    "completed_at",
    "gpu_id",
    "data_path",
    "model_path",
    "output_dir",
    "train_params",
    "process_id",
    "log_file_path",
    "error_message",
    "progress",
    "final_loss",
    "training_time",
    "checkpoint_path",
    "export_completed",
    "export_time",
    "export_path",
    "export_error",
    "deploy_port",
]
CONTRACT_STATUS = [
    "job_id",
    "status",
    "progress",
    "current_epoch",
    "current_step",
    "loss",
    "learning_rate",
    "gpu_memory_usage",
    "estimated_time_remaining",
    "created_at",
    "started_at",
    "completed_at",
    "export_completed",
    "export_time",
    "export_path",
    "export_error",
]
FEEDS = ["", "/status", "/progress", "/logs", "/events"]


def halfway(store: Store) -> None:
    """A job that runs, with numbers and a log."""
    job = start(store)
    numbers = Progress(step=5, max_steps=40, epoch=0.5, loss=1.25, learning_rate=1e-4, remaining_seconds=75)
    text = "one\nbar 10%\rbar 20%\nthree\n"
    store.attempts.report(job.id, 1, Report(log_chunk=text, progress=numbers))


@pytest.mark.parametrize("state", JOB_STATES)
def test_a_job_has_all_its_fields_in_every_state(client: FlaskClient, store: Store, state: JobState) -> None:
    in_state(store, state)

    response = client.get(f"{JOBS}/one")

    assert (response.status_code, response.content_type) == (200, "application/json")
    job = response.json
    assert [name for name in CONTRACT_JOB if name not in job] == []
    assert (job["id"], job["job_id"], job["status"]) == ("one", "one", state.value)
    assert job["progress"] == (100.0 if state is JobState.COMPLETED else 0.0)
    assert (job["gpu_id"] != "") == (job["attempt"] == 1)
    assert job["places"] == ([{"node": "node-1", "gpu_ids": ["GPU-0"]}] if job["gpu_id"] else [])
    assert job["node"] == ("node-1" if job["gpu_id"] else "")
    for name in ("created_at", "started_at", "completed_at"):
        assert job[name] is None or datetime.fromisoformat(job[name]).utcoffset().total_seconds() == 0
    assert (job["completed_at"] is not None) == (state in FINAL)


@pytest.mark.parametrize("state", JOB_STATES)
def test_a_status_has_all_its_fields_in_every_state(client: FlaskClient, store: Store, state: JobState) -> None:
    in_state(store, state)

    answer = client.get(f"{JOBS}/one/status").json

    assert [name for name in CONTRACT_STATUS if name not in answer] == []
    assert (answer["job_id"], answer["status"]) == ("one", state.value)


def test_the_status_of_a_running_job_has_its_numbers(client: FlaskClient, store: Store) -> None:
    halfway(store)

    answer = client.get(f"{JOBS}/one/status").json

    assert (answer["progress"], answer["current_step"], answer["current_epoch"]) == (12.5, 5, 0.5)
    assert (answer["loss"], answer["learning_rate"]) == (1.25, 1e-4)
    assert answer["estimated_time_remaining"] == 75


def test_a_job_that_was_stopped_has_nothing_left_to_do(client: FlaskClient, store: Store) -> None:
    halfway(store)
    store.attempts.end("one", 1, Verb.CANCEL, Reason.CANCELLED_BY_USER, "cancelled by the user")

    assert client.get(f"{JOBS}/one/status").json["estimated_time_remaining"] == 0
    assert client.get(f"{JOBS}/one/progress").json["estimated_time_remaining"] == "0s"


def test_progress_is_a_percentage_and_a_time_to_read(client: FlaskClient, store: Store) -> None:
    halfway(store)

    answer = client.get(f"{JOBS}/one/progress").json

    assert (answer["job_id"], answer["progress"]) == ("one", 12.5)
    assert answer["estimated_time_remaining"] == "1m 15s"


def test_progress_before_a_start_is_zero_and_unknown(client: FlaskClient, store: Store) -> None:
    in_state(store, JobState.QUEUED)

    answer = client.get(f"{JOBS}/one/progress").json

    assert (answer["progress"], answer["estimated_time_remaining"]) == (0.0, "unknown")


def test_logs_are_lines_with_a_progress_bars_last_state(client: FlaskClient, store: Store) -> None:
    halfway(store)

    assert client.get(f"{JOBS}/one/logs").json == {
        "job_id": "one",
        "attempt": 1,
        "logs": ["one", "bar 20%", "three"],
        "total": 3,
    }
    assert client.get(f"{JOBS}/one/logs?limit=1").json["logs"] == ["three"]


def test_logs_from_a_byte_on_say_where_to_go_on(client: FlaskClient, store: Store) -> None:
    halfway(store)

    first = client.get(f"{JOBS}/one/logs?offset=4").json
    rest = client.get(f"{JOBS}/one/logs?offset={first['next_offset']}").json

    assert first["text"] == "bar 10%\rbar 20%\nthree\n"
    assert (first["offset"], first["end"]) == (4, False)
    assert (rest["text"], rest["offset"], rest["next_offset"]) == ("", 26, 26)


def test_log_bytes_that_are_no_text_are_shown_as_such(client: FlaskClient, store: Store) -> None:
    job = start(store)
    store.attempts.report(job.id, 1, Report(log_chunk=b"caf\xe9 \x00\n".decode("utf-8", "surrogateescape")))

    assert client.get(f"{JOBS}/one/logs").json["logs"] == ["caf\ufffd \x00"]


def test_a_job_that_never_started_has_no_logs(client: FlaskClient, store: Store) -> None:
    in_state(store, JobState.PENDING)

    assert client.get(f"{JOBS}/one/logs").json == {"job_id": "one", "attempt": 0, "logs": [], "total": 0}
    assert client.get(f"{JOBS}/one/logs?offset=99&attempt=7").json["text"] == ""


def test_events_tell_the_story_oldest_first(client: FlaskClient, store: Store) -> None:
    in_state(store, JobState.COMPLETED)

    answer = client.get(f"{JOBS}/one/events").json

    assert [event["type"] for event in answer["events"]] == ["submit", "assign", "start", "complete"]
    assert (answer["job_id"], answer["total"]) == ("one", 4)
    assert {"type", "message", "timestamp"} <= set(answer["events"][0])
    newest = client.get(f"{JOBS}/one/events?limit=1").json
    assert ([event["type"] for event in newest["events"]], newest["total"]) == (["complete"], 4)


def test_jobs_are_listed_newest_first_in_pages(client: FlaskClient, store: Store) -> None:
    for number in range(12):
        store.jobs.submit(make_job(f"job-{number}"), "accepted")

    first = client.get(JOBS).json
    second = client.get(f"{JOBS}?page=2&size=10").json
    beyond = client.get(f"{JOBS}?page=1000000&size=100").json

    assert [job["id"] for job in first["jobs"]] == [f"job-{number}" for number in range(11, 1, -1)]
    assert [job["id"] for job in second["jobs"]] == ["job-1", "job-0"]
    assert {key: first[key] for key in ("total", "page", "size")} == {"total": 12, "page": 1, "size": 10}
    assert (beyond["jobs"], beyond["total"]) == ([], 12)


@pytest.mark.parametrize("state", JOB_STATES)
def test_jobs_are_listed_by_state(client: FlaskClient, store: Store, state: JobState) -> None:
    in_state(store, state)

    for asked in JOB_STATES:
        answer = client.get(f"{JOBS}?status={asked.value}").json

        assert (answer["total"], len(answer["jobs"])) == ((1, 1) if asked is state else (0, 0))


@pytest.mark.parametrize("state", JOB_STATES)
def test_stopping_does_what_the_state_allows_and_twice_is_fine(
    client: FlaskClient, store: Store, state: JobState
) -> None:
    in_state(store, state)

    for _ in range(2):
        response = client.post(f"{JOBS}/one/stop")

        if state in {JobState.COMPLETED, JobState.FAILED}:
            problem = expect_problem(response, 409, "job_already_final")
            assert (problem["job_id"], problem["job_status"]) == ("one", state.value)
            continue
        assert response.status_code == 200
        assert set(response.json) == {"job_id", "status", "message"}
        assert (response.json["job_id"], response.json["status"]) == ("one", "cancelled")
    wish = store.jobs.get("one").cancel_requested_at
    assert (wish is not None) == (state in PLACED | {JobState.PENDING, JobState.QUEUED})


@pytest.mark.parametrize("state", sorted(set(JOB_STATES) - PLACED))
def test_a_job_that_does_not_run_is_deleted_at_once(
    client: FlaskClient, store: Store, state: JobState, dump: Any
) -> None:
    in_state(store, state)

    response = client.delete(f"{JOBS}/one")

    assert (response.status_code, response.data) == (204, b"")
    for feed in FEEDS:
        expect_problem(client.get(f"{JOBS}/one{feed}"), 404, "job_not_found")
    assert [key for _, key in dump() if key.startswith(b"st:job:")] == []


@pytest.mark.parametrize("feed", FEEDS)
def test_a_job_that_is_not_there_is_not_found(client: FlaskClient, store: Store, feed: str) -> None:
    problem = expect_problem(client.get(f"{JOBS}/ghost{feed}"), 404, "job_not_found")

    assert problem["job_id"] == "ghost"
    assert "ghost" in problem["detail"]


def test_stopping_and_deleting_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    expect_problem(client.post(f"{JOBS}/ghost/stop"), 404, "job_not_found")
    expect_problem(client.delete(f"{JOBS}/ghost"), 404, "job_not_found")
