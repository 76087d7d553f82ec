"""Trainer types and their default parameters."""

import pytest
from flask.testing import FlaskClient

from tests.integration.api.submitting import TRAINING

pytestmark = pytest.mark.integration

BASE = {
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
}
LLM = {**BASE, "train_type": "lora", "lora_rank": 16, "lora_alpha": 32}
MLLM = {**LLM, "vit_lr": 1e-5, "aligner_lr": 1e-5}


@pytest.mark.parametrize(("trainer_type", "params"), [("llm", LLM), ("mllm", MLLM)])
def test_defaults_of_one_type_are_those_of_the_contract(
    client: FlaskClient, trainer_type: str, params: dict[str, object]
) -> None:
    by_query = client.get(f"{TRAINING}/params/default?trainer_type={trainer_type}")
    by_path = client.get(f"{TRAINING}/{trainer_type}/params/default")

    assert by_query.status_code == by_path.status_code == 200
    assert by_query.json == by_path.json
    assert by_query.json["trainer_type"] == trainer_type
    assert by_query.json["default_params"] == params
    assert set(by_query.json) == {"trainer_type", "default_params", "description"}


def test_without_a_type_all_defaults_are_listed(client: FlaskClient) -> None:
    answer = client.get(f"{TRAINING}/params/default").json

    assert set(answer) == {"available_types"}
    assert [(item["type"], item["default_params"]) for item in answer["available_types"]] == [
        ("llm", LLM),
        ("mllm", MLLM),
    ]
    assert all(item["description"] for item in answer["available_types"])


def test_an_unknown_trainer_type_is_refused_with_the_allowed_ones(client: FlaskClient) -> None:
    refused = client.get(f"{TRAINING}/params/default?trainer_type=vision")

    assert refused.status_code == 422
    (error,) = refused.json["errors"]
    assert error["field"] == "trainer_type"
    assert "llm, mllm" in error["message"]


@pytest.mark.parametrize("path", ["supported-types", "v2/supported-types"])
def test_supported_types_are_as_the_seed_document_prints_them(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{TRAINING}/{path}", headers={"Accept-Language": "zh-CN,zh;q=0.9"})

    assert answer.json == {
        "supported_types": [
            {
                "type": "llm",
                "task_types": ["llm", "language_model"],
                "params_model": "LLMTrainingParams",
                "description": "大语言模型训练",
            },
            {
                "type": "mllm",
                "task_types": ["mllm", "multimodal"],
                "params_model": "MLLMTrainingParams",
                "description": "多模态大语言模型训练",
            },
        ],
        "backward_compatibility": {"language_model": "自动转换为LLM类型", "multimodal": "自动转换为MLLM类型"},
    }


def test_comparing_parameters_tells_what_each_type_has_alone(client: FlaskClient) -> None:
    answer = client.get(f"{TRAINING}/v2/params/compare").json

    assert answer == {
        "shared": LLM,
        "llm_only": {},
        "mllm_only": {"vit_lr": 1e-5, "aligner_lr": 1e-5},
        "different_defaults": {},
    }
