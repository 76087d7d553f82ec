"""Every record that the version before wrote is still read, and the store that holds them is a consistent one."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from common.store import Store
from common.store.consistency import inconsistencies
from common.store.migrations.runner import migrate
from tests.old_stores.capture import VERSION_0, restore

pytestmark = pytest.mark.integration

TRAININGS = {
    "on-upload": "completed",
    "trained": "completed",
    "broken": "failed",
    "unexported": "failed",
    "cancelled": "cancelled",
    "deployed-after": "completed",
    "runs": "running",
    "told-to-stop": "running",
    "ended-by-force": "cancelled",
    "too-big": "queued",
    "held": "pending",
    "not-yet-deployed": "pending",
    "assigned": "assigned",
    "while-paused": "queued",
}
EXPORTS = {"trained~export-1": "completed", "unexported~export-1": "failed"}
DEPLOYMENTS = {
    "after~deploy-1": "running",
    "stopped~deploy-1": "stopped",
    "talks~deploy-1": "stopped",
    "talks~deploy-2": "running",
    "broken-server~deploy-1": "failed",
    "far~k8s-1": "starting",
    "loads~deploy-1": "starting",
}
OF_A_TRAINING = ("", "/status", "/progress", "/events", "/logs?offset=0", "/metrics", "/lineage")
OF_A_DEPLOYMENT = ("", "/status", "/events", "/logs?offset=0", "/metrics", "/lineage")


@pytest.fixture
def old(client: FlaskClient, store: Store) -> Iterator[FlaskClient]:
    """The API over the store of version 0."""
    restore(store.client, VERSION_0)
    return client


def get(client: FlaskClient, path: str) -> Any:
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == 200, f"{path}: {answer.text}"
    return answer.json


@pytest.mark.parametrize("what", OF_A_TRAINING)
def test_every_training_and_export_is_read(old: FlaskClient, what: str) -> None:
    read = {job_id: get(old, f"/training/jobs/{job_id}{what}") for job_id in TRAININGS | EXPORTS}

    if not what:
        assert {job_id: job["status"] for job_id, job in read.items()} == TRAININGS | EXPORTS


@pytest.mark.parametrize("what", OF_A_DEPLOYMENT)
def test_every_deployment_is_read(old: FlaskClient, what: str) -> None:
    read = {job_id: get(old, f"/deploy/jobs/{job_id}{what}") for job_id in DEPLOYMENTS}

    if not what:
        assert {job_id: job["status"] for job_id, job in read.items()} == DEPLOYMENTS


def test_what_the_records_say_is_what_was_written(old: FlaskClient) -> None:
    trained = get(old, "/training/jobs/trained")
    after = get(old, "/deploy/jobs/after~deploy-1")
    stopped = get(old, "/deploy/jobs/stopped~deploy-1")

    assert (trained["priority"], trained["lora_rank"], trained["extra_args"]) == (7, 4, {"packing": False})
    assert (trained["export_completed"], trained["attempt"], trained["node"]) == (True, 1, "node-1")
    assert get(old, "/training/jobs/not-yet-deployed")["deploy"]["name"] == "later"
    assert (after["source_job_id"], after["name"], after["version"]) == ("deployed-after", "after", "v1")
    assert (stopped["attempt"], stopped["reason"]) == (2, "cancelled_by_user")
    assert get(old, "/training/jobs/on-upload")["data_path"].startswith("dataset:train.jsonl@")


def test_every_list_is_read(old: FlaskClient) -> None:
    def names(path: str, many: str, name: str) -> set[str]:
        return {each[name] for each in get(old, path)[many]}

    assert names("/training/jobs?size=100", "jobs", "id") == set(TRAININGS)
    assert names("/training/jobs?size=100&kind=export", "jobs", "id") == set(EXPORTS)
    assert names("/deploy/jobs?size=100", "jobs", "job_id") == set(DEPLOYMENTS)
    assert names("/deploy/models", "models", "name") == {"after", "broken-server", "far", "loads", "stopped", "talks"}
    assert names("/nodes", "nodes", "name") == {"node-1", "node-2", "node-3"}
    assert names("/keys", "keys", "name") == {"of-read", "of-write", "of-admin", "ends", "talker"}
    assert names("/datasets", "datasets", "name") == {"train.jsonl", "half.jsonl"}
    assert names("/training/queue", "queue_items", "job_id") == {"too-big", "while-paused"}
    assert get(old, "/training/queue/processor/status")["running"] is False
    assert names("/usage", "models", "model") == {"talks"}
    assert get(old, "/audit")["entries"]
    assert get(old, "/training/gpus")["gpus"]


def test_records_indexes_and_leases_agree_when_it_was_migrated(old: FlaskClient, store: Store) -> None:
    notes = [each["code"] for each in get(old, "/doctor")["findings"]]
    migrate(store, lambda *_: None)

    assert inconsistencies(store) == []
    assert "store_not_migrated" in notes
    assert "store_not_migrated" not in [each["code"] for each in get(old, "/doctor")["findings"]]
