"""A job's data as a list: checked one by one and together, and given back in the form in which it was sent."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests import bodies
from tests.integration.api.expect import TRAINING, expect_problem
from tests.real_stack import fake_inputs

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
GOOD, NULL = ({"query": "a", "response": answer} for answer in ("b", None))


@pytest.fixture
def seeing(store: Store, settings: Settings, make_settings: Callable[..., Settings], tmp_path: Path) -> FlaskClient:
    """Of an API that sees the nodes' files."""
    redis, data = settings.redis_socket, tmp_path / "service"
    return create_app(
        make_settings(REDIS_SOCKET=redis, INPUTS_VISIBLE_TO_API="true", DATA_DIR=data, ALLOWED_ROOTS=tmp_path)
    ).test_client()


def write(path: Path, *rows: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def errors(client: FlaskClient, **changes: Any) -> dict[str, str]:
    """By field, at submission as in a dry run."""
    body = bodies.training(**changes)
    problem = expect_problem(client.post(JOBS, json=body), 422, "invalid_input")
    dry = client.post(f"{JOBS}/validate", json=body).json
    assert dry.get("errors") == problem["errors"]
    return {error["field"]: error["message"] for error in problem["errors"]}


@pytest.mark.parametrize("data_path", ["a/b", ["a/b"], ["a/b#5", "hf::c/d", "ms::e/f:g#7", "a/b#5"]])
def test_data_is_given_back_in_the_form_in_which_it_was_sent(client: FlaskClient, data_path: str | list[str]) -> None:
    body = bodies.training(job_id="one", data_path=data_path, val_dataset=data_path)

    assert client.post(JOBS, json=body).status_code == 201

    job = client.get(f"{JOBS}/one").json
    assert (job["data_path"], job["val_dataset"]) == (data_path, data_path)
    assert job["extra_args"] == {"val_dataset": data_path}
    lineage = client.get(f"{JOBS}/one/lineage").json
    assert (lineage["dataset"], lineage["training"]["data_path"]) == (data_path, data_path)
    assert client.get(JOBS).json["jobs"][0]["data_path"] == data_path


def test_a_job_without_data_to_evaluate_on_says_so(client: FlaskClient) -> None:
    client.post(JOBS, json=bodies.training(job_id="one"))

    assert client.get(f"{JOBS}/one").json["val_dataset"] is None


@pytest.mark.parametrize(
    ("data_path", "field", "message"),
    [
        ([], "data_path", "Length must be between 1 and 64."),
        (["a/b"] * 65, "data_path", "Length must be between 1 and 64."),
        (["a/b", ""], "data_path[1]", "Length must be between 1 and 4096."),
        (["a/b", 7], "data_path[1]", "Not a valid string."),
        (["a/b", ["c/d"]], "data_path[1]", "Not a valid string."),
        (["a" * 4096] * 17, "data_path", "Longer than 64 KiB."),
        (["a\nb"], "data_path[0]", "Has control characters."),
        ({"a": "b"}, "data_path", "Must be a text, or a list of texts."),
        (7, "data_path", "Must be a text, or a list of texts."),
    ],
)
def test_what_is_no_list_of_data_sets_is_refused_by_its_place(
    client: FlaskClient, data_path: object, field: str, message: str
) -> None:
    problem = expect_problem(client.post(JOBS, json=bodies.training(data_path=data_path)), 422, "invalid_input")

    assert [(error["field"], error["message"]) for error in problem["errors"]] == [(field, message)]


def test_data_to_evaluate_on_is_sent_in_one_place(client: FlaskClient) -> None:
    body = bodies.training(val_dataset="a/b", extra_args={"val_dataset": "a/b"})

    problem = expect_problem(client.post(JOBS, json=body), 422, "invalid_input")

    assert [(error["field"], error["message"]) for error in problem["errors"]] == [
        ("val_dataset", "Send it either here or in extra_args, not both.")
    ]


def test_what_is_wrong_is_named_as_it_was_sent(client: FlaskClient) -> None:
    assert errors(client, data_path=["a/b", "/etc/x"], val_dataset=["c/d", "/etc/y"]).keys() == {
        "data_path[1]",
        "val_dataset",
    }
    assert errors(client, extra_args={"val_dataset": "/etc/y"}).keys() == {"extra_args.val_dataset"}
    missing = expect_problem(client.post(JOBS, json=bodies.training(val_dataset=["dataset:gone"])), 422)
    assert [error["field"] for error in missing["errors"]] == ["val_dataset"]
    missing = expect_problem(client.post(JOBS, json=bodies.training(data_path=["a/b", "dataset:gone"])), 422)
    assert [error["field"] for error in missing["errors"]] == ["data_path[1]"]


def test_a_dry_run_counts_all_of_them_and_shows_the_command(seeing: FlaskClient, tmp_path: Path) -> None:
    first, second = write(tmp_path / "1.jsonl", *[GOOD] * 30), write(tmp_path / "2.jsonl", *[GOOD] * 50)
    body = {**fake_inputs(tmp_path), "output_dir": "out", "data_path": [first, f"{second}#20"], "val_dataset": [second]}

    told = seeing.post(f"{JOBS}/validate", json=body).json

    assert (told["errors"], told["steps"]["basis"][:10]) == ([], "50 records")
    at = told["command"].index("--dataset")
    assert told["command"][at + 1 : at + 3] == [first, f"{second}#20"]
    assert f"--val_dataset={second}" in told["command"]


def test_each_is_checked_by_itself_and_its_rows_against_those_of_all(seeing: FlaskClient, tmp_path: Path) -> None:
    good, cut = write(tmp_path / "good.jsonl", *[GOOD] * 9), write(tmp_path / "cut.jsonl", GOOD)
    half = write(tmp_path / "half.jsonl", GOOD, *[NULL] * 5)
    Path(cut).write_text(Path(cut).read_text() + '{"query": "a')
    body = {**fake_inputs(tmp_path), "output_dir": "out"}

    def answer(*names: str) -> Any:
        return seeing.post(f"{JOBS}/validate", json={**body, "data_path": list(names)}).json

    assert [error["field"] for error in answer(half, cut)["errors"]] == ["data_path[1]"]
    assert [error["field"] for error in answer(half, half)["errors"]] == ["data_path[0]", "data_path[1]"]
    told = answer(good, half)
    note = f"data_path[1]: {half}: 5 of 6 answers are null, first in line 2: column response: it is null"
    assert (told["errors"], [one.startswith(note[:60]) for one in told["notes"]].count(True)) == ([], 1)


def test_two_files_that_a_folder_may_not_hold_together_are_taken_as_the_refusal_says(
    seeing: FlaskClient, tmp_path: Path
) -> None:
    (tmp_path / "two").mkdir()
    turns = [{"role": role, "content": "a"} for role in ("user", "assistant")]
    names = [write(tmp_path / "two" / "1.jsonl", {"messages": turns}), write(tmp_path / "two" / "2.jsonl", GOOD)]
    body = {**fake_inputs(tmp_path), "output_dir": "out"}

    refused = seeing.post(f"{JOBS}/validate", json={**body, "data_path": str(tmp_path / "two")}).json["errors"]
    told = seeing.post(f"{JOBS}/validate", json={**body, "data_path": names}).json

    assert refused[0]["message"].endswith("give them as data sets of their own")
    assert (told["errors"], told["steps"]["basis"][:9]) == ([], "2 records")


def test_what_does_not_go_together_with_them_is_refused_with_the_way_out(client: FlaskClient) -> None:
    twice = {"data_path": ["a/b", "a/b"]}

    never = errors(client, **twice, extra_args={"save_strategy": "no"})["extra_args.save_strategy"]
    grpo = errors(
        client,
        **twice,
        method="grpo",
        llm_params={"batch_size": 1},
        extra_args={"num_generations": 8, "reward_funcs": ["format"]},
    )
    shares = errors(client, **twice, extra_args={"interleave_prob": [1.0]})["extra_args.interleave_prob"]

    assert never.endswith("leave it out, or say steps or epoch")
    assert "set num_generations to 4, or gradient_accumulation_steps to 8" in grpo["extra_args.num_generations"]
    assert shares == "it is a share for each data set, and data_path has 2: give as many, or leave it out"
