"""Submitting through the endpoints of one type, through v2 and in the older forms."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests import bodies
from tests.integration.api.keyed import BOOTSTRAP, with_key
from tests.integration.api.submitting import TRAINING

pytestmark = pytest.mark.integration

UNTYPED = {name: value for name, value in bodies.training().items() if name != "task_type"}


def job_of(client: FlaskClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"{TRAINING}/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return dict(client.get(f"{TRAINING}/jobs/{answer.json['job_id']}").json)


@pytest.mark.parametrize(
    ("trainer_type", "params"), [("llm", {"lora_rank": 64}), ("mllm", {"vit_lr": 1e-6, "lora_rank": 64})]
)
def test_the_path_gives_the_type_and_params_override_its_defaults(
    client: FlaskClient, trainer_type: str, params: dict[str, Any]
) -> None:
    job = job_of(client, f"{trainer_type}/jobs", {**UNTYPED, "params": params})

    assert (job["task_type"], job["trainer_type"], job["job_id"]) == (trainer_type, trainer_type, "one")
    assert {name: job["train_params"][name] for name in params} == params
    assert job["train_params"]["lora_alpha"] == job["lora_alpha"] == 32
    assert ("vit_lr" in job["train_params"]) is (trainer_type == "mllm")


def test_a_parameter_of_the_other_type_is_refused_by_name(client: FlaskClient) -> None:
    refused = client.post(f"{TRAINING}/llm/jobs", json={**UNTYPED, "params": {"vit_lr": 1e-6}})

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == ["params.vit_lr"]


@pytest.mark.parametrize("path", ["llm/jobs", "mllm/jobs"])
def test_params_alone_are_refused_with_the_three_missing_fields(client: FlaskClient, store: Store, path: str) -> None:
    refused = client.post(f"{TRAINING}/{path}", json={"params": {"lora_rank": 64}})

    assert refused.status_code == 422
    assert sorted(error["field"] for error in refused.json["errors"]) == ["data_path", "model_path", "output_dir"]
    assert store.listings.all_ids() == []


@pytest.mark.parametrize("path", ["jobs", "v2/jobs"])
def test_parameters_of_the_type_that_was_not_selected_are_ignored_with_a_note(client: FlaskClient, path: str) -> None:
    body = bodies.training(llm_params={"lora_rank": 64}, mllm_params={"vit_lr": 1e-6})

    answer = client.post(f"{TRAINING}/{path}", json=body)

    assert answer.status_code == 201
    assert answer.json["notes"] == ["mllm_params was ignored: the task type is llm"]
    job = client.get(f"{TRAINING}/jobs/one").json
    assert job["task_type"] == "llm"
    assert job["train_params"]["lora_rank"] == 64
    assert "vit_lr" not in job["train_params"]


@pytest.mark.parametrize(
    ("older", "newer", "params"),
    [("language_model", "llm", {"lora_rank": 8}), ("multimodal", "mllm", {"vit_lr": 1e-6}), (None, "mllm", {})],
)
def test_older_forms_are_mapped_to_the_type(
    client: FlaskClient, older: str | None, newer: str, params: dict[str, Any]
) -> None:
    body = {**UNTYPED, "train_params": params} | ({"task_type": older} if older else {})

    job = job_of(client, "jobs", body)

    assert (job["task_type"], job["trainer_type"]) == (newer, newer)
    assert {name: job["train_params"][name] for name in params} == params


def test_a_short_curl_without_a_content_type_is_read_as_json(
    client: FlaskClient, make_settings: Callable[..., Settings]
) -> None:
    keyed_client = create_app(make_settings(API_KEY=BOOTSTRAP)).test_client()
    curl = {"data": '{"params": {"lora_rank": 64}}', "content_type": "application/x-www-form-urlencoded"}

    agent = {"User-Agent": "curl/8.5.0"}

    assert client.post(f"{TRAINING}/llm/jobs", headers=agent, **curl).status_code == 422
    assert client.post(f"{TRAINING}/llm/jobs", **curl).status_code == 415
    for page in ({"Origin": "http://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post(f"{TRAINING}/llm/jobs", headers={**agent, **page}, **curl).status_code == 401
        keyed = {**agent, **page, **with_key(BOOTSTRAP)}
        assert keyed_client.post(f"{TRAINING}/llm/jobs", headers=keyed, **curl).status_code == 415
    assert client.post(f"{TRAINING}/llm/jobs", headers=agent, **{**curl, "data": "params=1"}).status_code == 415


@pytest.mark.parametrize("path", ["llm/jobs", "mllm/jobs", "v2/jobs"])
def test_the_examples_of_the_manual_are_accepted_as_printed(client: FlaskClient, path: str) -> None:
    operation = client.get("/openapi.json").json["paths"][f"{TRAINING}/{path}"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    bodies = [content["example"]] if "example" in content else [item["value"] for item in content["examples"].values()]

    assert [client.post(f"{TRAINING}/{path}", json=body).status_code for body in bodies] == [201] * len(bodies)
