"""Rows that are longer than max_length are told before a GPU is taken, where the model's tokenizer can be seen."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests import bodies
from tests.integration.api.expect import TRAINING
from tests.model_files import make_model

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
LLM = {"max_length": 128}


@pytest.fixture
def seeing(store: Store, settings: Settings, make_settings: Callable[..., Settings], tmp_path: Path) -> FlaskClient:
    """Of an API that sees the nodes' files: a model whose tokens are words, and data most of which are too long."""
    tokenizer = Tokenizer(WordLevel({"word": 0, "?": 1}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(make_model(tmp_path / "model") / "tokenizer.json"))
    rows = [{"query": "word", "response": "word " * (300 if number % 10 else 3)} for number in range(40)]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    redis, data = settings.redis_socket, tmp_path / "service"
    return create_app(
        make_settings(REDIS_SOCKET=redis, INPUTS_VISIBLE_TO_API="true", DATA_DIR=data, ALLOWED_ROOTS=tmp_path)
    ).test_client()


def body(folder: Path, **changes: object) -> dict[str, object]:
    files = {"data_path": str(folder / "train.jsonl"), "model_path": str(folder / "model")}
    return bodies.training(**{**files, "llm_params": LLM, **changes})


def test_a_submission_and_a_dry_run_say_how_many_rows_are_too_long(seeing: FlaskClient, tmp_path: Path) -> None:
    said = (
        f"data_path: {tmp_path}/train.jsonl: 36 of 40 rows are longer than max_length 128, first in line 2: 301 tokens "
        "or more; such rows are left out"
    )

    assert said in seeing.post(f"{JOBS}/validate", json=body(tmp_path)).json["notes"]
    assert said in seeing.post(JOBS, json=body(tmp_path)).json["notes"]


def test_the_steps_foretold_are_those_of_the_rows_that_are_left(seeing: FlaskClient, tmp_path: Path) -> None:
    rows = [{"query": "word", "response": "word" if number < 22 else None} for number in range(60)]
    (tmp_path / "null.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    params = {**LLM, "num_epochs": 1, "batch_size": 2, "gradient_accumulation_steps": 1}

    long, null = (
        seeing.post(
            f"{JOBS}/validate",
            json=body(tmp_path, data_path=str(tmp_path / name), llm_params=params, min_rows_used=0.1),
        ).json["steps"]
        for name in ("train.jsonl", "null.jsonl")
    )

    assert (long["steps"], long["basis"][:26]) == (2, "about 4 of 40 records × 1 ")
    assert (null["steps"], null["basis"][:22]) == (11, "22 of 60 records × 1 e")


def test_what_refuses_a_data_set_is_no_note_besides(seeing: FlaskClient, tmp_path: Path) -> None:
    rows = [{"query": "word", "response": "word" if number < 22 else None} for number in range(60)]
    (tmp_path / "null.json").write_text(json.dumps({"data": rows}))

    told = seeing.post(f"{JOBS}/validate", json=body(tmp_path, data_path=str(tmp_path / "null.json"))).json

    assert [error["message"] for error in told["errors"]] == [
        f"{tmp_path}/null.json: 38 of 60 answers are null, first in element 23 of `data`: column response is null"
    ]
    assert [note for note in told["notes"] if "null.json" in note] == [
        f"data_path: {tmp_path}/null.json: read as the 60 records below `data`"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"llm_params": {"max_length": 400}},
        {"extra_args": {"truncation_strategy": "right"}},  # they are cut then
    ],
)
def test_where_no_row_is_left_out_nothing_is_said(
    seeing: FlaskClient, tmp_path: Path, changes: dict[str, object]
) -> None:
    notes = seeing.post(f"{JOBS}/validate", json=body(tmp_path, **changes)).json["notes"]

    assert not [note for note in notes if "max_length" in note]


def test_a_tokenizer_of_another_kind_costs_the_sample_and_not_the_job(seeing: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "model" / "tokenizer.json").rename(tmp_path / "model" / "qwen.tiktoken")

    answer = seeing.post(JOBS, json=body(tmp_path))

    assert (answer.status_code, [note for note in answer.json.get("notes", []) if "max_length" in note]) == (201, [])


def test_a_tokenizer_that_cannot_be_read_refuses_the_job(seeing: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "model" / "tokenizer.json").write_text("{")

    answer = seeing.post(JOBS, json=body(tmp_path))

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "model_path")
    assert "tokenizer.json" in answer.json["errors"][0]["message"]
