"""POST /training/jobs: what is accepted, under which id, with which parameters."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from common.store import Store
from tests import bodies
from tests.builders import make_node
from tests.integration.api.expect import TRAINING, expect_problem, fields_of

pytestmark = pytest.mark.integration

# The table of CONTRACT: what a job gets when nothing is sent.
BASE_DEFAULTS = {
    "num_epochs": 1,
    "batch_size": 1,
    "learning_rate": 1e-4,
    "gradient_accumulation_steps": 4,
    "eval_steps": 100,
    "save_steps": 100,
    "save_total_limit": 2,
    "logging_steps": 5,
    "max_length": 2048,
    "warmup_ratio": 0.05,
    "dataloader_num_workers": 4,
    "dataset_num_proc": 4,
    "save_only_model": True,
    "torch_dtype": "bfloat16",
    "train_type": "lora",
    "lora_rank": 16,
    "lora_alpha": 32,
}
MLLM_DEFAULTS = {**BASE_DEFAULTS, "vit_lr": 1e-5, "aligner_lr": 1e-5}


def post(client: FlaskClient, **changes: Any) -> Any:
    return client.post(f"{TRAINING}/jobs", json=bodies.training(**changes))


def accepted(client: FlaskClient, **changes: Any) -> dict[str, Any]:
    """The record of a job that was accepted."""
    response = post(client, **changes)
    assert response.status_code == 201, response.text
    return client.get(f"{TRAINING}/jobs/{response.json['job_id']}").json


def test_a_job_without_a_node_waits_and_is_told_why(client: FlaskClient) -> None:
    response = post(client)

    assert (response.status_code, response.content_type) == (201, "application/json")
    answer = response.json
    assert (answer["job_id"], answer["status"]) == ("one", "queued")
    assert (answer["queue_position"], answer["reason"]) == (1, "no_nodes")
    assert answer["message"].startswith("training job was created and waits for GPUs: ")
    assert isinstance(answer["estimated_wait_time"], str)
    assert answer["estimated_start_at"] is None


def test_a_job_that_may_start_at_once_is_told_so(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node(), 30)

    answer = post(client).json

    assert answer == {"job_id": "one", "status": "pending", "message": "training job was created"}


@pytest.mark.parametrize(
    ("sent", "stored"), [("llm", "llm"), ("language_model", "llm"), ("mllm", "mllm"), ("multimodal", "mllm")]
)
def test_both_spellings_of_a_task_type_are_understood(client: FlaskClient, sent: str, stored: str) -> None:
    job = accepted(client, task_type=sent)

    assert (job["task_type"], job["trainer_type"]) == (stored, stored)


def test_a_job_without_a_task_type_is_multimodal(client: FlaskClient) -> None:
    body = bodies.training()
    del body["task_type"]

    job_id = client.post(f"{TRAINING}/jobs", json=body).json["job_id"]

    assert client.get(f"{TRAINING}/jobs/{job_id}").json["task_type"] == "mllm"


@pytest.mark.parametrize(("task_type", "defaults"), [("llm", BASE_DEFAULTS), ("mllm", MLLM_DEFAULTS)])
@pytest.mark.parametrize("form", ["none", "typed", "older"])
def test_only_what_is_sent_overrides_a_default(
    client: FlaskClient, task_type: str, defaults: dict[str, Any], form: str
) -> None:
    sent = {} if form == "none" else {"num_epochs": 3, "lora_rank": 64}
    name = {"none": None, "typed": f"{task_type}_params", "older": "train_params"}[form]

    job = accepted(client, task_type=task_type, **({name: sent} if name else {}))

    assert job["train_params"] == {**defaults, **sent}
    assert {parameter: job[parameter] for parameter in defaults} == {**defaults, **sent}


def test_the_parameters_of_the_other_type_do_not_count(client: FlaskClient) -> None:
    job = accepted(client, task_type="llm", llm_params={"lora_rank": 8}, mllm_params={"lora_rank": 99})

    assert job["lora_rank"] == 8
    assert "vit_lr" not in job


def test_the_older_and_the_newer_form_together_are_refused(client: FlaskClient) -> None:
    response = post(client, train_params={"lora_rank": 8}, llm_params={"lora_rank": 9})

    assert fields_of(expect_problem(response, 422, "invalid_input")) == ["train_params"]


def test_a_wrong_parameter_of_the_older_form_is_named(client: FlaskClient) -> None:
    problem = expect_problem(post(client, train_params={"lora_rank": 0, "colour": 1}), 422, "invalid_input")

    assert sorted(fields_of(problem)) == ["train_params.colour", "train_params.lora_rank"]


def test_the_three_fields_that_every_job_needs_are_named(client: FlaskClient) -> None:
    response = client.post(f"{TRAINING}/jobs", json={"llm_params": {"num_epochs": 1}})

    problem = expect_problem(response, 422, "invalid_input")
    assert sorted(fields_of(problem)) == ["data_path", "model_path", "output_dir"]


def test_a_wanted_id_is_taken_and_a_second_one_of_it_is_refused(client: FlaskClient) -> None:
    assert accepted(client, job_id="mine")["id"] == "mine"

    problem = expect_problem(post(client, job_id="mine"), 409, "job_id_taken")
    assert problem["job_id"] == "mine"


def test_an_output_folder_that_is_used_again_gives_an_id_with_a_suffix(client: FlaskClient) -> None:
    first, second = (post(client, output_dir="output/training_001").json["job_id"] for _ in range(2))

    assert first == "training_001"
    assert second.startswith("training_001-")


def test_a_held_job_is_pending_and_in_no_queue(client: FlaskClient) -> None:
    response = post(client, auto_start=False)

    assert response.json["status"] == "pending"
    assert "held" in response.json["message"]
    assert client.get(f"{TRAINING}/queue").json == {"total_queued": 0, "queue_items": [], "next_cursor": None}


def test_what_else_was_asked_for_is_shown(client: FlaskClient) -> None:
    job = accepted(
        client,
        priority=7,
        gpus=2,
        method="dpo",
        extra_args={"seed": 7, "padding_free": False, "target_modules": ["q_proj", "v_proj"]},
        metadata={"team": "nlp", "run": {"n": 1}, "名字": "训练"},
    )

    assert (job["priority"], job["gpus"], job["method"]) == (7, 2, "dpo")
    assert job["extra_args"] == {"seed": 7, "padding_free": False, "target_modules": ["q_proj", "v_proj"]}
    assert job["metadata"] == {"team": "nlp", "run": {"n": 1}, "名字": "训练"}


def test_ten_thousand_characters_of_metadata_come_back_as_they_were(client: FlaskClient) -> None:
    text = '漢\u0000\u2028"\\\U0001f9ea' * 2000

    assert accepted(client, metadata={"note": text})["metadata"] == {"note": text}
