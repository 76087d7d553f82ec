"""Requests that the contract's tests share."""

from typing import Any

from flask.testing import FlaskClient

from common.store import Store
from tests import bodies
from tests.builders import make_node

TRAINING = "/api/v1/training"


def submit(client: FlaskClient, job_id: str = "one", **changes: Any) -> dict[str, Any]:
    """Submit a job that has to wait unless a node is there."""
    answer = client.post(f"{TRAINING}/jobs", json=bodies.training(job_id=job_id, **changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def place(client: FlaskClient, store: Store, job_id: str = "one", **changes: Any) -> None:
    """Submit a job and give it the first GPU of a node."""
    submit(client, job_id, **changes)
    store.nodes.heartbeat(make_node(), 30)
    assert client.post(f"{TRAINING}/queue/process").json["result"]["started"] == 1


def about_one(path: str) -> str:
    """A path of the document, about the job `one`, or its namesake among the deployments."""
    return path.replace("{job_id}", "one~deploy-1" if "/deploy/" in path else "one")
