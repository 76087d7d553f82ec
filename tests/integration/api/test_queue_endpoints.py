"""GET /training/queue and /training/queue/{id}/status."""

import pytest
from flask.testing import FlaskClient

from common.states import JOB_STATES, WAITING, JobState
from common.store import Store
from tests.builders import make_job
from tests.integration.api.expect import TRAINING, expect_problem
from tests.integration.store.test_job_verbs import in_state

pytestmark = pytest.mark.integration

QUEUE = f"{TRAINING}/queue"
CONTRACT_ITEM = {"job_id", "queue_position", "priority", "gpu_ids", "created_at", "estimated_wait_time"}


def test_an_empty_queue_is_empty(client: FlaskClient) -> None:
    assert client.get(QUEUE).json == {"total_queued": 0, "queue_items": [], "next_cursor": None}


def test_the_queue_goes_by_priority_then_by_submission(client: FlaskClient, store: Store) -> None:
    for name, priority in [("low", 1), ("high-1", 9), ("top", 10), ("high-2", 9), ("none", 0)]:
        store.jobs.submit(make_job(name, priority=priority), "accepted")

    answer = client.get(QUEUE).json

    assert [item["job_id"] for item in answer["queue_items"]] == ["top", "high-1", "high-2", "low", "none"]
    assert [item["queue_position"] for item in answer["queue_items"]] == [1, 2, 3, 4, 5]
    assert answer["total_queued"] == 5
    assert all(set(item) >= CONTRACT_ITEM for item in answer["queue_items"])
    assert {item["reason"] for item in answer["queue_items"]} == {"no_nodes"}


def test_the_queue_may_be_cut_and_still_counts_all(client: FlaskClient, store: Store) -> None:
    for number in range(3):
        store.jobs.submit(make_job(f"job-{number}"), "accepted")

    answer = client.get(f"{QUEUE}?limit=2").json

    assert [item["job_id"] for item in answer["queue_items"]] == ["job-0", "job-1"]
    assert answer["total_queued"] == 3


def test_one_waiting_job_shows_its_place(client: FlaskClient, store: Store) -> None:
    for number in range(2):
        store.jobs.submit(make_job(f"job-{number}"), "accepted")

    answer = client.get(f"{QUEUE}/job-1/status").json

    assert set(answer) >= CONTRACT_ITEM
    assert (answer["job_id"], answer["queue_position"], answer["gpu_ids"]) == ("job-1", 2, [])


@pytest.mark.parametrize("state", sorted(set(JOB_STATES) - WAITING))
def test_a_job_that_does_not_wait_is_in_no_queue(client: FlaskClient, store: Store, state: JobState) -> None:
    in_state(store, state)

    problem = expect_problem(client.get(f"{QUEUE}/one/status"), 404, "not_queued")

    assert (problem["job_id"], problem["job_status"]) == ("one", state.value)


def test_a_held_job_does_not_wait(client: FlaskClient, store: Store) -> None:
    store.jobs.submit(make_job(held=True), "accepted")

    expect_problem(client.get(f"{QUEUE}/one/status"), 404, "not_queued")


def test_a_job_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    expect_problem(client.get(f"{QUEUE}/ghost/status"), 404, "job_not_found")
