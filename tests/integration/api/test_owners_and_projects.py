"""Whose a thing is, and of which project, is in its answers."""

import pytest
from flask.testing import FlaskClient

from tests import bodies

pytestmark = pytest.mark.integration

API = "/api/v1"
MINE = {"owner": "local", "project": "default"}


def owned(answer: dict[str, object]) -> dict[str, object]:
    return {name: answer[name] for name in MINE}


def test_jobs_and_deployments_tell_owner_and_project(client: FlaskClient) -> None:
    job_id = client.post(f"{API}/training/jobs", json=bodies.training()).json["job_id"]
    deployment_id = client.post(f"{API}/deploy/jobs", json=bodies.deployment()).json["job_id"]

    assert owned(client.get(f"{API}/training/jobs/{job_id}").json) == MINE
    assert owned(client.get(f"{API}/training/jobs").json["jobs"][0]) == MINE
    assert owned(client.get(f"{API}/deploy/jobs/{deployment_id}").json) == MINE
    assert client.get(f"{API}/deploy/models").json["models"][0]["project"] == "default"


def test_data_sets_and_keys_tell_it(client: FlaskClient) -> None:
    made = client.post(f"{API}/datasets", json={"name": "train.jsonl"}).json
    key = client.post(f"{API}/keys", json={"name": "ci", "scope": "read"}).json

    assert owned(client.get(f"{API}/datasets/{made['id']}").json) == MINE
    assert (key["record"]["project"], key["record"]["created_by"]) == ("default", "local")
