"""Models whose files lack weights: transformers makes up the rest at random, and ms-swift would train on it."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from common.job_specs import JobSpec
from common.swift.command.command import train_command
from common.swift.data.shapes import goal_options
from common.swift.programs import train_launcher
from common.swift.programs.training import facts
from common.swift.programs.training.orders import Orders, as_environment
from tests.e2e.workers.conftest import Bench, tiny_spec

pytestmark = pytest.mark.e2e

LABELS = [{"query": "a", "label": 1}, {"query": "b", "label": 0}] * 4
ANSWERS = [{"query": "Who are you?", "response": "Swifty."}] * 8
STEP = {"batch_size": 2, "train_type": "full"}
LOST = "model.layers.1.mlp.up_proj.weight"


def job(**options: Any) -> JobSpec:
    return tiny_spec(STEP, extra_args={"max_steps": 1, **options})


# The job, its rows, what becomes of its model before, and the first weight that is told to be missing.
CASES: dict[str, tuple[JobSpec, list[dict[str, Any]], str, str]] = {
    "a lost weight": (job(), ANSWERS, "loses", LOST),
    "more layers than there are": (job(), ANSWERS, "grows", "model.layers.2.self_attn.q_proj.weight"),
    "new weights are wanted": (job(init_strategy="normal"), ANSWERS, "loses", ""),
    "a new head": (job(task_type="seq_cls", num_labels=2), LABELS, "", ""),
    "a new head on what is not whole": (job(task_type="seq_cls", num_labels=2), LABELS, "loses", LOST),
}


@pytest.fixture(scope="module")
def stops(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[int, Any]]:
    """The exit code of each, and why its launcher stopped it."""
    folders = {name: tmp_path_factory.mktemp("weights") for name in CASES}
    codes = bench.warm.run([_command(bench, folders[name], *CASES[name][:3]) for name in CASES])
    return {
        name: (code, facts.read(folder / "facts", facts.STOPPED))
        for (name, folder), code in zip(folders.items(), codes, strict=True)
    }


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][3]])
def test_a_model_that_is_not_whole_is_not_trained(stops: Mapping[str, tuple[int, Any]], name: str) -> None:
    code, stopped = stops[name]

    assert (code, stopped["reason"]) == (facts.STOPPED_EXIT, "model_invalid")
    assert stopped["about"].endswith(f": {CASES[name][3]}")


@pytest.mark.parametrize("name", [name for name in CASES if not CASES[name][3]])
def test_what_is_to_be_new_is_trained(stops: Mapping[str, tuple[int, Any]], name: str) -> None:
    assert stops[name] == (0, None)


def _command(bench: Bench, folder: Path, spec: JobSpec, rows: list[dict[str, Any]], change: str) -> dict[str, Any]:
    data, model = folder / "train.jsonl", folder / "model"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    shutil.copytree(bench.model, model)
    if change:
        CHANGES[change](model)
    context = bench.context(folder / "output", data_paths=(str(data),), model_path=str(model))
    orders = Orders(str(folder / "facts"), goal=goal_options(spec.extra_args))
    _, module, *options = train_command(spec, context)
    argv = [train_launcher.__file__, module.rpartition(".")[2], *options]
    return {"argv": argv, "log": str(folder / "log"), "environ": as_environment(orders)}


def _loses(model: Path) -> None:
    path = model / "model.safetensors"
    content = path.read_bytes()
    # Its name in the header is as long as before: no offset moves.
    assert content.count(LOST.encode()) == 1
    path.write_bytes(content.replace(LOST.encode(), LOST.replace("mlp", "xyz").encode()))


def _grows(model: Path) -> None:
    path = model / "config.json"
    config = json.loads(path.read_text())
    layers = config["num_hidden_layers"] + 1
    path.write_text(json.dumps(config | {"num_hidden_layers": layers, "layer_types": ["full_attention"] * layers}))


CHANGES = {"loses": _loses, "grows": _grows}
