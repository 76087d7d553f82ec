"""Trackers with the real ms-swift: a real MLflow server, TensorBoard's files, wandb and swanlab without a network."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from common.swift.command.command import train_command
from common.swift.programs import train_launcher
from common.swift.programs.training import facts
from common.swift.programs.training.orders import Orders, as_environment
from tests.e2e.conftest import PHASE_SECONDS, REPOSITORY
from tests.e2e.workers.conftest import Bench, tiny_spec
from tests.eventually import eventually
from tests.ports import free_port
from workers.swift.tracking import tracker_environment

pytestmark = pytest.mark.e2e

TRACKERS = REPOSITORY / ".venv-trackers" / "bin" / "python"
HAS_ALL = "import wandb, swanlab, mlflow"
READS_EVENTS = """
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]).Reload()
print(len(events.Scalars("train/loss")))
"""
STEPS = 2


@pytest.fixture(scope="module")
def python(bench: Bench) -> str:
    """An interpreter that has ms-swift and the trackers."""
    if not TRACKERS.exists() or subprocess.run([TRACKERS, "-c", HAS_ALL], check=False, capture_output=True).returncode:
        pytest.skip(f"{TRACKERS} lacks wandb, swanlab or mlflow; `make trackers-env` installs them")
    return str(TRACKERS)


@pytest.fixture(scope="module")
def mlflow(python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of its own."""
    folder, port = tmp_path_factory.mktemp("mlflow"), free_port()
    address = f"http://127.0.0.1:{port}"
    options = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    options += ["--backend-store-uri", f"sqlite:///{folder}/runs.db", "--artifacts-destination", str(folder)]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [python, "-m", "mlflow", "server", *options], cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
    try:
        eventually(lambda: _answers(address), bool, timeout=PHASE_SECONDS, what="the MLflow server")
        yield address
    finally:
        subprocess.run(["kill", "--", f"-{server.pid}"], check=False)
        server.wait(PHASE_SECONDS)


def train(bench: Bench, python: str, output: Path, node: dict[str, str], trackers: list[str]) -> dict[str, Any]:
    """What the training told of its trackers; it is to end well, whatever these do."""
    spec = tiny_spec({"logging_steps": 1}, extra_args={"report_to": trackers, "max_steps": STEPS})
    _, module, *options = train_command(spec, bench.context(output))
    output.mkdir()
    env = tracker_environment(node, "one", 1, "one-abc", output) | bench.environments(1)[0]
    env |= {"HOME": str(output), **as_environment(Orders(f"{output}-facts", run_name="one"))}
    argv = ["-P", str(train_launcher.__file__), module.rpartition(".")[2], *options]
    log = output.with_suffix(".log")
    assert bench.run(argv, log, env, python) == 0, log.read_text()[-3000:]
    return dict(facts.read(Path(f"{output}-facts"), facts.LINKS))


def test_a_run_is_in_mlflow_and_in_the_files_of_tensorboard(
    bench: Bench, python: str, mlflow: str, tmp_path: Path
) -> None:
    output = tmp_path / "out"

    told = train(bench, python, output, {"MLFLOW_TRACKING_URI": mlflow, "MLFLOW_EXPERIMENT_NAME": "tiny"},
                 ["mlflow", "tensorboard"])  # fmt: skip

    link, run = told["links"]["mlflow"], told["links"]["mlflow"].rpartition("/")[2]
    assert link.startswith(f"{mlflow}/#/experiments/")
    found = httpx2.get(f"{mlflow}/api/2.0/mlflow/runs/get", params={"run_id": run}).json()["run"]
    tags = {tag["key"]: tag["value"] for tag in found["data"]["tags"]}
    assert (found["info"]["run_name"], found["info"]["status"]) == ("one", "FINISHED")
    assert (tags["swift_trainer.job"], tags["swift_trainer.attempt"]) == ("one", "1")
    assert "loss" in {metric["key"] for metric in found["data"]["metrics"]}
    events = subprocess.run(
        [python, "-c", READS_EVENTS, told["links"]["tensorboard"]], capture_output=True, text=True, check=True
    )
    assert int(events.stdout) == STEPS
    assert told["failed"] == {}


def test_wandb_and_swanlab_keep_a_run_in_the_attempts_folder_where_there_is_no_network(
    bench: Bench, python: str, tmp_path: Path
) -> None:
    output = tmp_path / "out"

    told = train(bench, python, output, {"WANDB_MODE": "offline", "SWANLAB_MODE": "offline"}, ["wandb", "swanlab"])

    assert told["failed"] == {}
    wandb, swanlab = Path(told["links"]["wandb"]), Path(told["links"]["swanlab"])
    assert (wandb.parent, swanlab.parent) == (output / "wandb", output / "swanlog")
    assert (wandb / "run-one-abc.wandb").stat().st_size > 0
    assert next(swanlab.glob("*.swanlab")).stat().st_size > 0


def test_trackers_that_cannot_be_reached_do_not_end_a_training(bench: Bench, python: str, tmp_path: Path) -> None:
    node = {"MLFLOW_TRACKING_URI": f"http://me:a-password@127.0.0.1:{free_port()}"}
    node |= {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}

    told = train(bench, python, tmp_path / "out", node, ["mlflow", "wandb", "swanlab"])

    assert set(told["failed"]) == {"mlflow", "wandb", "swanlab"}
    assert told["links"] == {}
    assert "a-password" not in json.dumps(told) + (tmp_path / "out.log").read_text()


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/health").status_code == 200
    except httpx2.TransportError:
        return False
