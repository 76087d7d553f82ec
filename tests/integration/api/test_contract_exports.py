"""Exports by hand: what is refused, and what their records say. test_manual_export.py has what they do."""

import pytest
from flask.testing import FlaskClient

from common.reasons import Reason
from common.states import Verb
from common.store import Store
from tests.builders import make_node
from tests.integration.api.submitting import TRAINING, place, submit

pytestmark = pytest.mark.integration

CHECKPOINT = "/data/output/one/attempt-1/checkpoint-9"


def complete(
    client: FlaskClient, store: Store, verb: Verb = Verb.COMPLETE, reason: Reason | None = None, **body
) -> None:
    place(client, store, **body)
    store.attempts.start("one", 1, 4711, "/log", "started")
    store.attempts.end("one", 1, verb, reason, "over", checkpoint_path=CHECKPOINT)


def test_an_export_is_a_job_of_its_own_bound_to_the_node_that_has_the_checkpoint(
    client: FlaskClient, store: Store
) -> None:
    complete(client, store, priority=7, gpus=2)
    store.nodes.heartbeat(make_node("a-node", boot_id="boot-2"), 30)

    answer = client.post(f"{TRAINING}/jobs/one/export")

    assert answer.status_code == 200
    assert (answer.json["job_id"], answer.json["status"]) == ("one", "exporting")
    export = client.get(f"{TRAINING}/jobs/{answer.json['export_job_id']}").json
    assert (export["kind"], export["source_job_id"], export["priority"], export["gpus"]) == ("export", "one", 7, 1)
    source = client.get(f"{TRAINING}/jobs/one").json
    assert (source["status"], source["kind"], source["export_job_id"]) == ("completed", "train", export["id"])
    client.post(f"{TRAINING}/queue/process")
    assert client.get(f"{TRAINING}/jobs/{export['id']}").json["node"] == "node-1"


def test_a_second_export_is_refused_while_one_is_under_way(client: FlaskClient, store: Store) -> None:
    complete(client, store)
    first = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]

    refused = client.post(f"{TRAINING}/jobs/one/export")

    assert (refused.status_code, refused.json["code"]) == (409, "state_conflict")
    assert refused.json["export_job_id"] == first
    assert first in refused.json["detail"]

    client.post(f"{TRAINING}/jobs/{first}/stop")
    assert client.get(f"{TRAINING}/jobs/one/status").json["export_error"] == "cancelled by local"
    second = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]
    assert second != first
    assert client.get(f"{TRAINING}/jobs/one/status").json["export_error"] == ""


def test_only_a_job_with_something_to_merge_is_exported(client: FlaskClient, store: Store) -> None:
    submit(client, "waits", gpus=64)
    refused = client.post(f"{TRAINING}/jobs/waits/export")
    assert (refused.status_code, refused.json["code"]) == (409, "state_conflict")
    assert "waits" in refused.json["detail"]
    assert client.post(f"{TRAINING}/jobs/nobody/export").status_code == 404

    complete(client, store, llm_params={"train_type": "full"})
    whole = client.post(f"{TRAINING}/jobs/one/export")
    assert whole.status_code == 409
    assert CHECKPOINT in whole.json["detail"]


@pytest.mark.parametrize(("reason", "status"), [(Reason.EXPORT_FAILED, 200), (Reason.DIVERGED, 409)])
def test_a_failed_job_is_exported_only_if_it_was_its_export_that_failed(
    client: FlaskClient, store: Store, reason: Reason, status: int
) -> None:
    complete(client, store, Verb.FAIL, reason)

    assert client.post(f"{TRAINING}/jobs/one/export").status_code == status


def test_lists_show_exports_only_when_asked(client: FlaskClient, store: Store) -> None:
    complete(client, store)
    export = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]

    def listed(query: str = "") -> list[str]:
        return [job["id"] for job in client.get(f"{TRAINING}/jobs{query}").json["jobs"]]

    assert listed() == listed("?kind=train") == listed("?status=completed") == ["one"]
    assert listed("?kind=export") == [export]
    assert listed("?kind=export&status=completed") == []
    assert client.get(f"{TRAINING}/jobs?kind=other").status_code == 422
    refused = client.post(f"{TRAINING}/jobs/{export}/export")
    assert (refused.status_code, "'one'" in refused.json["detail"]) == (409, True)


def test_the_result_of_an_older_export_is_not_taken(client: FlaskClient, store: Store) -> None:
    complete(client, store)
    first = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]
    client.post(f"{TRAINING}/jobs/{first}/stop")
    second = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]

    assert store.jobs.end_export("one", first, "late", export_path="/stale") == "moved_on"
    assert store.jobs.end_export("nobody", first, "late", export_path="/stale") == "missing"
    for _ in range(2):
        assert store.jobs.end_export("one", second, "there", export_path="/merged-2") == "ok"

    job = client.get(f"{TRAINING}/jobs/one").json
    assert (job["export_path"], job["export_completed"], job["status"]) == ("/merged-2", True, "completed")
    assert [event.type for event in store.events.newest("one", 20)[0]].count("end_export") == 2
