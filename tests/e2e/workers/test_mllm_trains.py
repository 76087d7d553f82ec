"""A model that reads pictures learns from an image data set, its vision parts at learning rates of their own."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from common.job_specs import TaskType
from common.swift.command.command import train_command
from common.swift.inputs import check_data_path, check_model_path
from common.swift.options import check_options, nearest_catalog
from tests.e2e.workers.conftest import Bench, tiny_spec
from workers.swift.artefacts import last_checkpoint
from workers.swift.installed import swift_version

pytestmark = pytest.mark.e2e

MODEL = {"model_type": "qwen2_vl", "template": "qwen2_vl", "report_to": ["none"]}
RATES = {"learning_rate": 1e-3, "vit_lr": 3e-4, "aligner_lr": 2e-4}
FIRST_RATES = """
import json, sys, torch
state = torch.load(sys.argv[1], weights_only=True)
print(json.dumps([[group["initial_lr"], len(group["params"])] for group in state["param_groups"]]))
"""
# How far each of the model's parts moved: the sum of what LoRA added, or of the differences to the first weights.
MOVED = """
import json, sys, glob
from safetensors.torch import load_file
def weights(folder):
    return {name: tensor for path in glob.glob(folder + "/*.safetensors") for name, tensor in load_file(path).items()}
before, after = weights(sys.argv[1]), weights(sys.argv[2])
moved = {"vit": 0.0, "aligner": 0.0, "llm": 0.0}
for name, tensor in after.items():
    if "lora_A" in name:
        continue
    part = "aligner" if "visual.merger" in name else "vit" if "visual" in name else "llm"
    first = 0 if "lora_B" in name else before[name]
    moved[part] += float((tensor - first).abs().sum())
print(json.dumps(moved))
"""


@pytest.fixture(scope="module")
def mllm(bench: Bench) -> Bench:
    command = [bench.python, "-c", "import qwen_vl_utils, torchvision"]
    seen = subprocess.run(command, env=bench.environments(1)[0], capture_output=True, text=True, check=False)
    if seen.returncode:
        pytest.fail(f"the swift environment cannot read pictures; run `make swift-env`: {seen.stderr[-500:]}")
    pictures = replace(bench, model=bench.folder / "mllm", dataset=bench.folder / "pictures" / "train.jsonl")
    pictures.demo("make_tiny_mllm.py", str(pictures.model), str(pictures.dataset))
    return pictures


def test_vision_parts_learn_at_their_own_rates(mllm: Bench, tmp_path: Path) -> None:
    assert check_model_path(mllm.model) == check_data_path(mllm.dataset) == []
    params = {**RATES, "train_type": "lora", "num_epochs": 2, "warmup_ratio": 0.05, "save_only_model": False}
    spec = tiny_spec(params, task_type=TaskType.MLLM, extra_args=MODEL)
    assert (
        check_options("sft", spec.training.params, spec.extra_args, nearest_catalog(str(swift_version(mllm.python))))
        == []
    )
    output = tmp_path / "attempt-1"

    verdict = mllm.train(spec, output)

    assert verdict.ok, verdict
    checkpoint = last_checkpoint(output)
    assert checkpoint is not None
    groups = dict(_ask(mllm, FIRST_RATES, checkpoint / "optimizer.pt"))
    assert groups.keys() == set(RATES.values())
    assert all(groups.values())
    assert min(_ask(mllm, MOVED, mllm.model, checkpoint).values()) > 0


def test_a_vision_tower_that_stays_frozen_does_not_move(mllm: Bench, tmp_path: Path) -> None:
    extra = MODEL | {"freeze_vit": True}
    params = {**RATES, "train_type": "full", "save_only_model": False}
    spec = tiny_spec(params, task_type=TaskType.MLLM, extra_args=extra)
    output = tmp_path / "attempt-1"
    assert not [item for item in train_command(spec, mllm.context(output)) if item.startswith("--vit_lr")]

    verdict = mllm.train(spec, output)

    assert verdict.ok, verdict
    checkpoint = last_checkpoint(output)
    assert checkpoint is not None
    moved = _ask(mllm, MOVED, mllm.model, checkpoint)
    assert (moved["vit"], moved["aligner"] > 0) == (0, True)


def test_relative_names_are_found_below_root_image_dir_and_nowhere_else(mllm: Bench, tmp_path: Path) -> None:
    pictures = mllm.dataset.parent
    relative = replace(mllm, dataset=tmp_path / "relative.jsonl")
    relative.dataset.write_text(mllm.dataset.read_text().replace(f"{pictures.absolute()}/", ""))
    spec = tiny_spec(task_type=TaskType.MLLM, extra_args=MODEL | {"max_steps": 2})

    def exit_code(name: str, **variables: str) -> int:
        argv = train_command(spec, relative.context(tmp_path / name))
        [code] = relative.warm.run([{"argv": argv, "log": str(tmp_path / f"{name}.log"), "environ": variables}])
        return code

    assert exit_code("with", ROOT_IMAGE_DIR=str(pictures)) == 0
    assert exit_code("without") == 1
    assert "Failed to retrieve the dataset" in (tmp_path / "without.log").read_text()


def _ask(bench: Bench, script: str, *arguments: Path) -> Any:
    command = [bench.python, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, env=bench.environments(1)[0], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
