"""Options are held against the data and the model that the API sees: losses, rewards, columns, modules."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests.integration.api.expect import TRAINING, expect_problem
from tests.model_files import write_safetensors
from tests.real_stack import fake_inputs

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
TRIPLE = {"anchor": "a", "positive": "b", "negative": "c"}
SCORED = {"sentence1": "a", "sentence2": "b", "score": 4}
EMBEDDING = {"task_type": "embedding"}


@pytest.fixture
def post(
    store: Store, settings: Settings, make_settings: Callable[..., Settings], tmp_path: Path
) -> Callable[..., Any]:
    """Posts a job of these records to an API that sees the nodes' files."""
    client = create_app(
        make_settings(
            REDIS_SOCKET=settings.redis_socket, INPUTS_VISIBLE_TO_API="true", DATA_DIR=tmp_path, ALLOWED_ROOTS=tmp_path
        )
    ).test_client()

    def post(record: dict[str, Any], **changes: Any) -> Any:
        inputs = fake_inputs(tmp_path)
        write_safetensors(
            Path(inputs["model_path"], "model.safetensors"), {"model.layers.0.mlp.up_proj.weight": (4, 4)}
        )
        Path(inputs["data_path"]).write_text(f"{json.dumps(record)}\n" * 4)
        return client.post(JOBS, json={**inputs, "output_dir": "output/one", **changes})

    return post


@pytest.mark.parametrize(
    ("record", "extra", "field", "says"),
    [
        ({"query": "q", "pos": ["d"], "neg": ["n"]}, {"task_type": "reranker", "loss_type": "infonce"},
         "extra_args.loss_type", "reranker learns by pointwise_reranker or listwise_reranker"),
        (TRIPLE, EMBEDDING | {"loss_type": "pointwise_reranker"}, "extra_args.loss_type",
         "embedding learns by infonce"),
        (TRIPLE, EMBEDDING, "extra_args.loss_type", "embeddings learn by one of these: infonce"),
        (TRIPLE, EMBEDDING | {"loss_type": "cosine_similarity"}, "data_path", "column negative is a third"),
        (SCORED, EMBEDDING | {"loss_type": "infonce"}, "data_path", "infonce takes pairs that fit, without scores"),
        (SCORED, EMBEDDING | {"loss_type": "cosine_similarity"}, "data_path", "divide them by the highest"),
        ({"query": "a", "response": "b"}, EMBEDDING | {"loss_type": "infonce"}, "llm_params.batch_size",
         "set it to 2 or more"),
    ],
)  # fmt: skip
def test_a_loss_that_the_data_do_not_suit_is_refused_with_those_that_do(
    post: Callable[..., Any], record: dict[str, Any], extra: dict[str, Any], field: str, says: str
) -> None:
    problem = expect_problem(post(record, extra_args=extra, llm_params={"batch_size": 1}), 422, "invalid_input")

    assert [(error["field"], says in error["message"]) for error in problem["errors"]] == [(field, True)], problem


def test_losses_that_suit_are_taken(post: Callable[..., Any]) -> None:
    assert post(TRIPLE, extra_args=EMBEDDING | {"loss_type": "infonce"}).status_code == 201


def test_a_reward_that_compares_needs_a_solution_in_each_row(post: Callable[..., Any]) -> None:
    grpo = {"method": "grpo", "min_rows_used": 0, "llm_params": {"batch_size": 4}}
    extra = {"reward_funcs": ["toolbench"], "num_generations": 4}

    problem = expect_problem(post({"query": "q", "answer": "a"}, **grpo, extra_args=extra), 422, "invalid_input")
    followed = post({"query": "q", "answer": "a"}, **grpo, extra_args=extra | {"columns": {"answer": "solution"}})

    assert 'send extra_args.columns {"answer": "solution"}' in problem["errors"][0]["message"]
    assert followed.status_code == 201, followed.text


def test_columns_and_modules_that_are_not_there_are_told(post: Callable[..., Any]) -> None:
    extra = {"columns": {"nothere": "query"}, "modules_to_save": ["not_there"]}

    answer = post({"query": "q", "response": "a"}, extra_args=extra).json

    assert answer["notes"] == [
        "extra_args.modules_to_save: no module of the model is called not_there; it has up_proj",
        "extra_args.columns: no row has a column nothere; their columns: query, response",
    ]
