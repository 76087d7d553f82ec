"""Rows that are not used, and the state that is kept, through the real processes."""

from pathlib import Path
from typing import Any

import pytest

from tests.real_stack import RealStack, fake_inputs

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("consistent")]

COUNTED = "4 of 40 rows are used; left out: 36 longer than max_length (row 1 of data.jsonl first)"


def submit(stack: RealStack, name: str, body: dict[str, Any] | None = None, **knobs: Any) -> None:
    inputs = fake_inputs(stack.folder, steps=4, seconds_per_step=0.01, **knobs)
    stack.submit(**inputs | {"output_dir": f"output/{name}"} | (body or {}))


def events(stack: RealStack, name: str) -> dict[str, str]:
    return {event["type"]: event["message"] for event in stack.get(f"/jobs/{name}/events")["events"]}


def test_a_training_that_could_use_too_few_rows_fails_and_counts_them(stack: RealStack) -> None:
    submit(stack, "dropped", rows_given=40, rows_used=4)

    job = stack.wait_for("dropped", "failed")

    assert job["reason"] == "data_dropped"
    assert job["error_message"].startswith(f"only {COUNTED}: less than min_rows_used (0.5); raise max_length")
    assert (job["rows_given"], job["rows_used"], job["min_rows_used"]) == (40, 4, 0.5)
    [unused] = job["rows_dropped"]
    assert (unused["cause"], unused["count"], len(unused["first"])) == ("too_long", 36, 5)
    assert unused["first"][0]["row"] == 1
    assert events(stack, "dropped")["rows"] == COUNTED


def test_an_upload_is_called_by_its_name_whatever_is_said_of_its_rows(stack: RealStack) -> None:
    content = b'{"query": "a", "response": "b"}\n' * 40
    announced = stack.http.post("/../datasets", json={"name": "mine.jsonl"}).json()
    stack.http.put(f"/../datasets/{announced['id']}/content", content=content).raise_for_status()
    submit(stack, "uploaded", {"data_path": f"dataset:{announced['id']}"}, rows_given=40, rows_used=4)

    job = stack.wait_for("uploaded", "failed")

    counted = COUNTED.replace("data.jsonl", "mine.jsonl")
    assert job["error_message"].startswith(f"only {counted}: less than")
    assert {row["source"] for row in job["rows_dropped"][0]["first"]} == {"mine.jsonl"}
    assert events(stack, "uploaded")["rows"] == counted


def test_what_is_left_out_of_a_training_that_goes_on_is_said_with_its_end(stack: RealStack) -> None:
    submit(stack, "fewer", {"min_rows_used": 0.1}, rows_given=40, rows_used=4)

    job = stack.wait_for("fewer", "completed")

    assert job["message"].startswith("trained 4 steps")
    assert job["message"].endswith(f"; {COUNTED}")
    assert (job["rows_given"], job["rows_used"], job["min_rows_used"]) == (40, 4, 0.1)


def test_a_training_that_learns_nothing_fails(stack: RealStack) -> None:
    submit(stack, "still", nothing_learned=True)

    job = stack.wait_for("still", "failed")

    assert job["reason"] == "nothing_learned"
    assert job["error_message"].startswith("nothing was learnt: loss and gradient were 0")
    assert (job["rows_given"], job["rows_dropped"]) == (None, [])


def test_such_an_end_is_not_tried_again(stack: RealStack) -> None:
    submit(stack, "once", {"retries": 2}, rows_given=40, rows_used=4)

    assert stack.wait_for("once", "failed")["attempt"] == 1


def test_another_attempt_goes_on_though_the_checkpoints_are_models_only(stack: RealStack) -> None:
    params = {"save_steps": 2, "save_only_model": True}
    inputs = fake_inputs(stack.folder, steps=6, seconds_per_step=0.01, fail_at_step=5)
    stack.submit(**inputs, output_dir="output/kept", llm_params=params, retries=1)

    job = stack.wait_for("kept", "failed")

    first = Path(stack.folder, "output/kept/attempt-1")
    assert job["attempt"] == 2
    assert events(stack, "kept")["resume"] == "goes on from checkpoint-4 of attempt 1"
    assert not (first / "checkpoint-4/optimizer.pt").exists()
    assert [path.name for path in (first / "resume").iterdir()] == ["checkpoint-4"]


def test_who_does_not_want_that_starts_anew(stack: RealStack) -> None:
    params = {"save_steps": 2, "save_only_model": True}
    inputs = fake_inputs(stack.folder, steps=6, seconds_per_step=0.01, fail_at_step=5)
    stack.submit(**inputs, output_dir="output/anew", llm_params=params, retries=1, resumable=False)

    stack.wait_for("anew", "failed")

    assert events(stack, "anew")["resume"] == "starts anew: checkpoint-4 has no optimizer state (save_only_model)"
    assert not Path(stack.folder, "output/anew/attempt-1/resume").exists()
