"""Exports through the whole service with the real ms-swift: quantised where its packages are there, pushed to a hub,
merged by hand.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.demo.job import QUESTION, job_body
from tests import bodies
from tests.e2e.conftest import PHASE_SECONDS
from tests.fakes.hub_server import HubServer
from tests.ports import free_port
from tests.real_stack import RealStack
from workers.swift.installed import package_versions

pytestmark = pytest.mark.e2e

DEMO = Path(__file__).parents[2] / "client" / "demo"
TOKEN = "hf_0123456789abcdefghijklmnopqrstuvwx"


@pytest.fixture(scope="module")
def hub() -> Iterator[HubServer]:
    with HubServer(owner="team") as server:
        yield server


@pytest.fixture(scope="module")
def stack(swift_python: str, hub: HubServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """With a job `taught` that has completed, and was merged."""
    folder = tmp_path_factory.mktemp("stack")
    for script, target in (("make_tiny_model.py", "model"), ("make_dataset.py", "data.jsonl")):
        subprocess.run([swift_python, "-P", DEMO / script, folder / target], check=True, capture_output=True)
    settings = {"SWIFT_PYTHON": swift_python, "GPU_SLOTS": "cpu:1", "NODE_TTL_SECONDS": 60}
    running = RealStack(folder, free_port(), **settings, HF_ENDPOINT=hub.url, HF_TOKEN=TOKEN).start()
    body = job_body(str(folder / "model"), str(folder / "data.jsonl"), "output/taught")
    body["llm_params"] = {**body["llm_params"], "num_epochs": 1}
    running.submit(**body)
    running.wait_for("taught", "completed", timeout=PHASE_SECONDS)
    yield running
    running.stop()


def test_what_was_merged_is_pushed_as_it_is(stack: RealStack, hub: HubServer) -> None:
    merged = Path(stack.job("taught")["export_path"])
    push = {"hub_model_id": "team/taught", "use_hf": True}

    export_id = stack.http.post("/jobs/taught/export", json={"push_to_hub": push}).json()["export_job_id"]
    stack.wait_for(export_id, "completed", timeout=PHASE_SECONDS)

    files = hub.repositories["team/taught"]["files"]
    assert files["model.safetensors"] == (merged / "model.safetensors").read_bytes()
    assert "args.json" not in files
    assert hub.tokens == {f"Bearer {TOKEN}"}
    assert TOKEN not in stack.log_of(export_id)


def test_a_model_of_four_bits_can_be_asked(stack: RealStack, swift_python: str) -> None:
    answer = stack.http.post("/jobs/taught/export", json=bodies.quantizing())
    if not package_versions(swift_python, ["bitsandbytes"]):
        assert "pip install bitsandbytes" in answer.json()["detail"]
        pytest.skip("the environment of ms-swift has no bitsandbytes; the refusal was seen")

    export = stack.wait_for(answer.json()["export_job_id"], "completed", timeout=PHASE_SECONDS)

    model = Path(export["export_path"])
    assert model.name == "bnb-int4"
    assert json.loads((model / "config.json").read_text())["quantization_config"]["load_in_4bit"] is True
    assert "Merge LoRA" not in stack.log_of(export["id"])
    command = [swift_python, "-P", str(DEMO / "ask.py"), str(model), QUESTION]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PHASE_SECONDS)
    assert told.stdout.strip()


def test_eight_bit_floats_need_a_gpu(stack: RealStack) -> None:
    answer = stack.http.post("/jobs/taught/export", json=bodies.quantizing(quant_method="fp8"))

    assert answer.status_code == 422
    assert "fp8 needs a GPU" in answer.json()["detail"]


def test_a_job_is_merged_by_hand_beside_what_was_merged_before(stack: RealStack) -> None:
    first = stack.job("taught")["export_path"]

    export_id = stack.http.post("/jobs/taught/export").json()["export_job_id"]
    stack.wait_for(export_id, "completed", timeout=PHASE_SECONDS)

    second = stack.job("taught")["export_path"]
    assert second == f"{first}-2"
    weights = [Path(path, "model.safetensors").read_bytes() for path in (first, second)]
    assert weights[0] == weights[1]
