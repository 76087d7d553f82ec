"""Starting, stopping, editing and deleting jobs."""

import pytest
from flask.testing import FlaskClient

from common.jobs import Progress
from common.states import Verb
from common.store import Store
from common.store.attempts import Report
from tests.integration.api.submitting import TRAINING, place, submit

pytestmark = pytest.mark.integration


def test_starting_a_held_job_releases_it_into_the_queue(client: FlaskClient, store: Store) -> None:
    assert submit(client, auto_start=False)["status"] == "pending"

    answer = client.post(f"{TRAINING}/jobs/one/start")

    assert answer.status_code == 200
    assert (answer.json["job_id"], answer.json["status"]) == ("one", "queued")
    assert answer.json["queue_position"] == 1
    assert "No node is registered" in answer.json["message"]
    assert [event.type for event in store.events.newest("one", 9)[0]] == ["submit", "release", "queue"]


def test_starting_twice_changes_nothing(client: FlaskClient, store: Store) -> None:
    submit(client, auto_start=False)
    client.post(f"{TRAINING}/jobs/one/start")
    before = store.jobs.get("one")

    again = client.post(f"{TRAINING}/jobs/one/start")

    assert (again.status_code, again.json["status"]) == (200, "queued")
    assert store.jobs.get("one") == before


def test_starting_a_job_on_its_way_answers_its_state(client: FlaskClient, store: Store) -> None:
    place(client, store)

    answer = client.post(f"{TRAINING}/jobs/one/start")

    assert (answer.status_code, answer.json["status"]) == (200, "assigned")
    assert answer.json["message"] == "job is on its way already: it is assigned"


def test_starting_a_final_job_is_a_conflict(client: FlaskClient) -> None:
    submit(client)
    client.post(f"{TRAINING}/jobs/one/stop")

    refused = client.post(f"{TRAINING}/jobs/one/start")

    assert (refused.status_code, refused.json["code"]) == (409, "job_already_final")
    assert client.post(f"{TRAINING}/jobs/nobody/start").status_code == 404


def test_priority_changes_in_place_and_equals_keep_their_turn(client: FlaskClient, store: Store) -> None:
    for name, priority in (("a", 5), ("b", 0), ("c", 5)):
        submit(client, name, priority=priority)

    answer = client.patch(f"{TRAINING}/jobs/b", json={"priority": 5})

    assert (answer.status_code, answer.json["priority"]) == (200, 5)
    assert [job.id for job in store.queue.jobs()] == ["a", "b", "c"]
    assert store.events.newest("b", 1)[0][0].type == "reprioritise"


def test_the_priority_of_a_held_job_counts_once_it_is_released(client: FlaskClient, store: Store) -> None:
    submit(client, "a", priority=5)
    submit(client, "b", auto_start=False)

    assert client.patch(f"{TRAINING}/jobs/b", json={"priority": 9}).status_code == 200
    assert [job.id for job in store.queue.jobs()] == ["a"]

    client.post(f"{TRAINING}/jobs/b/start")
    assert [job.id for job in store.queue.jobs()] == ["b", "a"]


@pytest.mark.parametrize("body", [{}, {"priority": 11}, {"priority": -1}, {"priority": "5"}, {"status": "running"}])
def test_a_wrong_edit_is_refused_and_changes_nothing(client: FlaskClient, store: Store, body: dict) -> None:
    submit(client)
    before = store.jobs.get("one")

    assert client.patch(f"{TRAINING}/jobs/one", json=body).status_code == 422
    assert store.jobs.get("one") == before


def test_the_priority_of_a_placed_job_is_a_conflict(client: FlaskClient, store: Store) -> None:
    place(client, store)

    refused = client.patch(f"{TRAINING}/jobs/one", json={"priority": 5})

    assert (refused.status_code, refused.json["code"]) == (409, "state_conflict")
    assert client.patch(f"{TRAINING}/jobs/nobody", json={"priority": 5}).status_code == 404


def test_an_edit_with_if_match_needs_the_revision_that_was_read(client: FlaskClient, store: Store) -> None:
    submit(client)
    etag = client.get(f"{TRAINING}/jobs/one").headers["ETag"]

    first = client.patch(f"{TRAINING}/jobs/one", json={"priority": 5}, headers={"If-Match": etag})
    late = client.patch(f"{TRAINING}/jobs/one", json={"priority": 7}, headers={"If-Match": etag})

    assert (first.status_code, late.status_code) == (200, 412)
    assert late.json["code"] == "revision_mismatch"
    assert first.headers["ETag"] != etag
    assert store.jobs.get("one").priority == 5
    fresh = {"If-Match": f'"nonsense", {first.headers["ETag"]}'}
    assert client.patch(f"{TRAINING}/jobs/one", json={"priority": 7}, headers=fresh).status_code == 200
    assert client.patch(f"{TRAINING}/jobs/one", json={"priority": 8}, headers={"If-Match": "*"}).status_code == 200
    assert client.patch(f"{TRAINING}/jobs/one", json={"priority": 9}, headers={"If-Match": "?"}).status_code == 412


def test_an_unchanged_job_is_not_sent_again(client: FlaskClient, store: Store) -> None:
    submit(client)
    etag = client.get(f"{TRAINING}/jobs/one").headers["ETag"]

    same = client.get(f"{TRAINING}/jobs/one", headers={"If-None-Match": etag})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", etag)

    client.patch(f"{TRAINING}/jobs/one", json={"priority": 3})
    assert client.get(f"{TRAINING}/jobs/one", headers={"If-None-Match": etag}).status_code == 200


def test_progress_changes_the_etag_and_keeps_no_edit_from_its_job(client: FlaskClient, store: Store) -> None:
    place(client, store)
    store.attempts.start("one", 1, 4711, "/log", "started")
    etags = []
    for step in (1, 2):
        store.attempts.report("one", 1, Report(progress=Progress(step=step, max_steps=9)))
        etags.append(client.get(f"{TRAINING}/jobs/one").headers["ETag"])

    assert etags[0] != etags[1]
    assert etags[0].partition(".")[0] == etags[1].partition(".")[0]


def test_deleting_all_jobs_leaves_nothing(client: FlaskClient, store: Store) -> None:
    place(client, store, "done")
    store.attempts.start("done", 1, 4711, "/log", "started")
    store.attempts.end("done", 1, Verb.COMPLETE, None, "done")
    submit(client, "held", auto_start=False)
    submit(client, "waits", gpus=64)

    answer = client.delete(f"{TRAINING}/jobs")

    assert answer.status_code == 200
    assert answer.json == {
        "success": True,
        "deleted_count": 3,
        "failed_count": 0,
        "total_count": 3,
        "message": "deleted 3 of 3 jobs",
    }
    assert store.client.keys("st:job*") == ["st:jobs:sequence"]


def test_deleting_all_jobs_is_a_conflict_while_any_holds_gpus(client: FlaskClient, store: Store) -> None:
    place(client, store, "busy")
    submit(client, "waits", gpus=64)

    refused = client.delete(f"{TRAINING}/jobs")

    assert (refused.status_code, refused.json["code"]) == (409, "state_conflict")
    assert refused.json["job_ids"] == ["busy"]
    assert "busy" in refused.json["detail"]
    assert store.listings.all_ids() == ["busy", "waits"]


def test_what_looks_like_a_filter_does_not_delete_all_jobs(client: FlaskClient, store: Store) -> None:
    submit(client)

    refused = client.delete(f"{TRAINING}/jobs?status=failed")

    assert refused.status_code == 422
    assert refused.json["detail"] == (
        "status: this would delete all jobs, whatever is asked for here; delete one by DELETE /training/jobs/{job_id}"
    )
    assert store.jobs.get("one").id == "one"
    assert client.delete(f"{TRAINING}/jobs").json["deleted_count"] == 1
