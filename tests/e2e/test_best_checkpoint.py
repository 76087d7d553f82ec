"""A training that gets worse, with the real ms-swift: its best checkpoint is named, merged, exported and deployed.

Its model and data are reached as in a hub's cache: by links, whose targets are called by hashes.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.e2e.conftest import PHASE_SECONDS
from tests.ports import free_port
from tests.real_stack import RealStack

pytestmark = pytest.mark.e2e

DEMO = Path(__file__).parents[2] / "client" / "demo"
PARAMS = {
    "num_epochs": 12, "batch_size": 2, "gradient_accumulation_steps": 1, "learning_rate": 0.001, "lora_rank": 4,
    "lora_alpha": 8, "logging_steps": 1, "eval_steps": 20, "save_steps": 20, "dataset_num_proc": 1,
    "dataloader_num_workers": 0,
}  # fmt: skip


def lesson(path: Path, first: int, count: int, answer: str) -> None:
    rows = [
        {"messages": [{"role": "user", "content": f"key {key}"}, {"role": "assistant", "content": answer}]}
        for key in range(first, first + count)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def link_to_blob(blobs: Path, name: Path, blob: str) -> Path:
    """The name in a snapshot, as a link to a blob that is there already."""
    name.parent.mkdir(parents=True, exist_ok=True)
    name.symlink_to(Path("../../blobs") / blob)
    assert name.resolve().parent == blobs
    return name


@pytest.fixture(scope="module")
def inputs(swift_python: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is learnt by heart is not what is evaluated, so the evaluation gets worse soon."""
    hub = tmp_path_factory.mktemp("stack").resolve() / "hub"
    data, model = hub / "datasets--org--fit", hub / "models--org--Tiny"
    for blobs in (data / "blobs", model / "blobs"):
        blobs.mkdir(parents=True)
    lesson(data / "blobs" / ("0a" * 32), 0, 20, "alpha alpha alpha")
    lesson(data / "blobs" / ("0b" * 32), 20, 8, "omega omega omega")
    made = model / "made"
    subprocess.run([swift_python, "-P", DEMO / "make_tiny_model.py", made], check=True, capture_output=True)
    for number, file in enumerate(sorted(made.iterdir())):
        blob = f"{number:02x}" * 32
        file.rename(model / "blobs" / blob)
        link_to_blob(model / "blobs", model / "snapshots" / "abc" / file.name, blob)
    names = {"data_path": ("fit.jsonl", "0a"), "val_dataset": ("fit_val.jsonl", "0b")}
    linked = {
        field: str(link_to_blob(data / "blobs", data / "snapshots" / "abc" / name, mark * 32))
        for field, (name, mark) in names.items()
    }
    return {"model_path": str(model / "snapshots" / "abc"), **linked}


@pytest.fixture(scope="module")
def stack(swift_python: str, inputs: dict[str, str]) -> Iterator[RealStack]:
    folder = Path(inputs["model_path"]).parents[3]
    running = RealStack(folder, free_port(), SWIFT_PYTHON=swift_python, GPU_SLOTS="cpu:1", NODE_TTL_SECONDS=60).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def fit(stack: RealStack, inputs: dict[str, str]) -> dict[str, Any]:
    stack.submit(
        task_type="llm",
        model_path=inputs["model_path"],
        data_path=inputs["data_path"],
        output_dir="output/fit",
        llm_params=PARAMS,
        extra_args={
            "model_type": "qwen2",
            "template": "qwen",
            "val_dataset": [inputs["val_dataset"]],
            "load_best_model_at_end": True,
            "metric_for_best_model": "loss",
        },
    )
    return stack.wait_for("fit", "completed", timeout=PHASE_SECONDS)


def test_the_best_checkpoint_is_named_and_merged(stack: RealStack, fit: dict[str, Any]) -> None:
    output = Path(fit["checkpoint_path"]).parent
    summary = json.loads((output / "logging.jsonl").read_text().splitlines()[-1])
    assert fit["checkpoint_path"] == fit["best_checkpoint"] == summary["best_model_checkpoint"]
    assert fit["last_checkpoint"] == summary["last_model_checkpoint"] == str(output / "checkpoint-120")
    assert fit["best_metric"] == summary["best_metric"] < fit["last_metric"]
    best = Path(fit["checkpoint_path"]).name
    assert fit["message"].startswith(f"trained 120 steps; took {best}, the best by loss (")
    assert f"adapters=['{fit['checkpoint_path']}']" in stack.log_of("fit")  # what the merge was given
    assert (Path(fit["export_path"]) / "model.safetensors").is_file()


def test_the_list_says_what_each_checkpoint_is_worth(stack: RealStack, fit: dict[str, Any]) -> None:
    told = stack.get("/jobs/fit/checkpoints")

    listed = {one["path"]: one for one in told["checkpoints"]}
    assert list(listed) == [fit["best_checkpoint"], fit["last_checkpoint"]]  # save_total_limit is 2
    best = listed[fit["best_checkpoint"]]
    assert listed[fit["last_checkpoint"]]["resumable"]  # its optimizer's state is kept beside it
    assert (
        best["evaluation"]["eval_loss"]
        == fit["best_metric"]
        == min(one["evaluation"]["eval_loss"] for one in told["checkpoints"])
    )
    assert (best["is_best"], best["resumable"], best["epoch"]) == (True, False, best["step"] / 10)
    assert best["size_bytes"] > (Path(best["path"]) / "adapter_model.safetensors").stat().st_size


def test_links_were_opened_by_their_names(fit: dict[str, Any], inputs: dict[str, str]) -> None:
    saved = json.loads((Path(fit["checkpoint_path"]) / "args.json").read_text())

    assert (saved["model"], saved["dataset"]) == (inputs["model_path"], [inputs["data_path"]])
    assert saved["val_dataset"] == [inputs["val_dataset"]]


def test_another_checkpoint_is_exported_beside_it(stack: RealStack, fit: dict[str, Any]) -> None:
    answer = stack.http.post("/jobs/fit/export", json={"checkpoint": "last"})
    export = stack.wait_for(answer.json()["export_job_id"], "completed", timeout=PHASE_SECONDS)

    assert Path(export["export_path"]).name == "merged-checkpoint-120"
    weights = [Path(path, "model.safetensors").read_bytes() for path in (fit["export_path"], export["export_path"])]
    assert weights[0] != weights[1]
    assert stack.job("fit")["export_path"] == fit["export_path"]


def test_a_deployment_serves_the_best(stack: RealStack, fit: dict[str, Any]) -> None:
    made = stack.deploy(model_path="fit", checkpoint="best", api_key="sk-0123456789abcdef")
    running = stack.wait_for_deployment(made["job_id"], "running", timeout=PHASE_SECONDS)

    assert running["model_path"] == fit["export_path"]
    answer = httpx2.post(
        f"{running['endpoint']}/chat/completions",
        json={"model": "fit", "messages": [{"role": "user", "content": "key 1"}], "max_tokens": 4},
        headers={"Authorization": "Bearer sk-0123456789abcdef"},
        timeout=PHASE_SECONDS,
    )
    assert answer.status_code == 200, answer.text
