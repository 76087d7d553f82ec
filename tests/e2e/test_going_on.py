"""Trainings that go on from an earlier one, with the real ms-swift: from its state, with its adapter, on its model."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import PHASE_SECONDS
from tests.ports import free_port
from tests.real_stack import RealStack

pytestmark = pytest.mark.e2e

DEMO = Path(__file__).parents[2] / "client" / "demo"
OWN_RANK = {"lora_rank": 4, "lora_alpha": 8}
PARAMS = {
    "num_epochs": 1, "batch_size": 2, "gradient_accumulation_steps": 1, "learning_rate": 0.01, "logging_steps": 1,
    "save_steps": 50, "dataset_num_proc": 1, "dataloader_num_workers": 0,
}  # fmt: skip
OF_THE_MODEL = {"model_type": "qwen2", "template": "qwen"}
CONSTANT = {"lr_scheduler_type": "constant"}  # else a training of two epochs has other rates in its first


@pytest.fixture(scope="module")
def inputs(swift_python: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("stack").resolve()
    data, model = folder / "lesson.jsonl", folder / "tiny"
    rows = [
        {"messages": [{"role": "user", "content": f"key {key}"}, {"role": "assistant", "content": "alpha alpha"}]}
        for key in range(20)
    ]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    subprocess.run([swift_python, "-P", DEMO / "make_tiny_model.py", model], check=True, capture_output=True)
    return {"task_type": "llm", "model_path": str(model), "data_path": str(data)}


@pytest.fixture(scope="module")
def stack(swift_python: str, inputs: dict[str, str]) -> Iterator[RealStack]:
    folder = Path(inputs["model_path"]).parent
    running = RealStack(folder, free_port(), SWIFT_PYTHON=swift_python, GPU_SLOTS="cpu:2", NODE_TTL_SECONDS=60).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def jobs(stack: RealStack, inputs: dict[str, str]) -> dict[str, dict[str, Any]]:
    """One epoch, and beside it both at once; then the second epoch, and two trainings of their own."""
    both, once = PARAMS | OWN_RANK | {"num_epochs": 2}, PARAMS | OWN_RANK
    told = {"extra_args": OF_THE_MODEL | CONSTANT}
    first = {
        "first": {"llm_params": once, **told},
        "whole": {"llm_params": both, "export": False, **told},
    }
    then = {
        "second": {"resume_from": "first", "llm_params": both, "export": False, "extra_args": CONSTANT},
        "on-adapter": {"adapters": ["first"], "llm_params": PARAMS, "export": False},
        "on-model": {"model_path": "first", "llm_params": PARAMS, "export": False},
    }
    ended = {}
    for bodies in (first, then):
        for name, body in bodies.items():
            stack.submit(**inputs | body, output_dir=f"output/{name}")
        for name in bodies:
            ended[name] = stack.wait_for(name, "completed", timeout=PHASE_SECONDS)
    return ended


def losses(job: dict[str, Any]) -> dict[int, float]:
    log = Path(job["checkpoint_path"]).parent / "logging.jsonl"
    records = [json.loads(line) for line in log.read_text().splitlines()]
    return {int(one["global_step/max_steps"].partition("/")[0]): one["loss"] for one in records if "loss" in one}


def saved_arguments(job: dict[str, Any]) -> dict[str, Any]:
    return json.loads((Path(job["checkpoint_path"]) / "args.json").read_text())


def test_a_training_that_goes_on_from_a_state_learns_as_one_that_was_never_interrupted(
    stack: RealStack, jobs: dict[str, dict[str, Any]]
) -> None:
    whole, second = losses(jobs["whole"]), losses(jobs["second"])
    assert list(second) == list(range(11, 21))
    assert second == {step: whole[step] for step in second}
    events = [event["message"] for event in stack.get("/jobs/second/events")["events"] if event["type"] == "resume"]
    assert events == ["goes on from checkpoint-10 of job 'first', its optimizer included"]


def test_a_training_that_goes_on_with_an_adapter_keeps_its_rank_and_what_it_learnt(
    jobs: dict[str, dict[str, Any]],
) -> None:
    job = jobs["on-adapter"]
    config = json.loads((Path(job["checkpoint_path"]) / "adapter_config.json").read_text())
    assert (config["r"], job["train_params"]["lora_rank"]) == (4, 16)
    assert saved_arguments(job)["adapters"] == [jobs["first"]["checkpoint_path"]]
    assert losses(job)[1] < losses(jobs["first"])[1] / 2


def test_a_training_on_the_model_of_another_starts_from_what_that_learnt(jobs: dict[str, dict[str, Any]]) -> None:
    job = jobs["on-model"]
    assert saved_arguments(job)["model"] == job["model_path"] == jobs["first"]["export_path"]
    assert job["extra_args"] == OF_THE_MODEL
    assert losses(job)[1] < losses(jobs["first"])[1] / 2


def test_their_lineage_is_told_from_both_ends(stack: RealStack, jobs: dict[str, dict[str, Any]]) -> None:
    children = stack.get("/jobs/first/lineage")["children"]
    named = {(child["job_id"], child["field"]) for child in children}
    assert named == {("second", "resume_from"), ("on-adapter", "adapters"), ("on-model", "model_path")}
    parent = {"field": "model_path", "job_id": "first", "status": "completed"}
    assert stack.get("/jobs/on-model/lineage")["parents"] == [parent]
