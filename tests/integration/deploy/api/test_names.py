"""A name that clients ask for leads to one model: neither a model nor an adapter takes another's."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from common.settings import Settings
from tests import bodies
from tests.integration.api.submitting import TRAINING

pytestmark = pytest.mark.integration

Deploy = Callable[..., TestResponse]


@pytest.fixture
def deploy(client: FlaskClient, settings: Settings) -> Deploy:
    def send(name: str, *adapters: str) -> TestResponse:
        folders = {adapter: str(settings.data_dir / adapter) for adapter in adapters}
        body = bodies.deployment(name=name, adapters=folders)
        return client.post("/api/v1/deploy/jobs", json=body)

    return send


def test_a_model_cannot_have_the_name_of_anothers_adapter(deploy: Deploy) -> None:
    deploy("base", "sql")

    refused = deploy("sql")

    assert (refused.status_code, refused.json["code"]) == (409, "state_conflict")
    assert refused.json["detail"] == (
        "base~deploy-1 has an adapter 'sql'; choose another name, or delete that deployment"
    )
    assert (refused.json["model"], refused.json["job_id"]) == ("sql", "base~deploy-1")


def test_an_adapter_cannot_have_the_name_of_another_model(deploy: Deploy) -> None:
    deploy("sql")

    refused = deploy("base", "poet", "sql")

    assert (refused.status_code, refused.json["model"]) == (409, "sql")
    assert refused.json["detail"] == "there is a model 'sql' already; give the adapter another name"


def test_an_adapter_cannot_have_the_name_of_another_models_adapter(deploy: Deploy) -> None:
    deploy("base", "sql")

    refused = deploy("other", "sql")

    assert (refused.status_code, refused.json["model"]) == (409, "sql")
    assert refused.json["detail"] == "base~deploy-1 has an adapter 'sql', too; give this one another name"


def test_the_next_version_of_a_model_keeps_the_names_of_its_adapters(deploy: Deploy) -> None:
    deploy("base", "sql")

    assert deploy("base", "sql").json["version"] == "v2"


def test_a_training_is_not_begun_for_a_name_that_its_model_could_not_have(deploy: Deploy, client: FlaskClient) -> None:
    deploy("base", "sql")

    refused = client.post(f"{TRAINING}/jobs", json=bodies.training(deploy={"name": "sql"}))

    assert (refused.status_code, refused.json["model"]) == (409, "sql")
    assert client.post(f"{TRAINING}/jobs", json=bodies.training(deploy={"name": "base"})).status_code == 201


def test_a_name_is_free_again_when_what_had_it_is_deleted(deploy: Deploy, client: FlaskClient) -> None:
    deploy("base", "sql")
    client.delete("/api/v1/deploy/jobs/base~deploy-1")

    assert deploy("sql").status_code == 201
