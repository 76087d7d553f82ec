"""What is said of a deployment comes back in its answers, and in those of the training that asked for it."""

import pytest
from flask.testing import FlaskClient

from tests import bodies
from tests.integration.api.submitting import TRAINING

pytestmark = pytest.mark.integration

DEPLOY = "/api/v1/deploy/jobs"


def test_a_description_is_told_where_the_deployment_is(client: FlaskClient) -> None:
    made = client.post(DEPLOY, json=bodies.deployment(description="für Support: ask Ada")).json

    assert client.get(f"{DEPLOY}/{made['job_id']}").json["description"] == "für Support: ask Ada"
    assert client.get(DEPLOY).json["jobs"][0]["description"] == "für Support: ask Ada"


def test_one_without_a_description_has_an_empty_one(client: FlaskClient) -> None:
    made = client.post(DEPLOY, json=bodies.deployment()).json

    assert client.get(f"{DEPLOY}/{made['job_id']}").json["description"] == ""


def test_a_description_without_end_is_refused(client: FlaskClient) -> None:
    refused = client.post(DEPLOY, json=bodies.deployment(description="x" * 1001))

    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "description")


def test_a_training_tells_how_its_model_is_to_be_served(client: FlaskClient) -> None:
    asked = {"name": "bot", "description": "the support bot", "gpus": 2, "resources": {"memory": "8GB"}, "priority": 3}
    made = client.post(f"{TRAINING}/jobs", json=bodies.training(deploy=asked)).json

    told = client.get(f"{TRAINING}/jobs/{made['job_id']}").json["deploy"]

    assert {name: told[name] for name in ("name", "description", "gpus", "priority")} == {
        "name": "bot",
        "description": "the support bot",
        "gpus": 2,
        "priority": 3,
    }
    assert (told["deploy_target"], told["resources"], told["auto_start"]) == ("local", {"memory": "8GiB"}, True)
    assert told.keys().isdisjoint({"api_key", "sealed_api_key", "replica", "memory_mib", "target"})


@pytest.mark.parametrize("target", ["k8s", "cloud"])
@pytest.mark.parametrize("model_path", ["./foo", "a/b/c/d/e", "models/", "~/model"])
def test_a_platform_opens_whole_paths_and_ids_on_a_hub_only(client: FlaskClient, target: str, model_path: str) -> None:
    refused = client.post(DEPLOY, json={"model_path": model_path, "name": "base", "deploy_target": target})

    wrong = {error["field"]: error["code"] for error in refused.json["errors"]}
    assert (refused.status_code, wrong["model_path"]) == (422, "path_not_allowed")
