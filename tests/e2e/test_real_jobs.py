"""Jobs through the whole service with the real ms-swift: stopped, failed, killed, resumed."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from client.demo.job import job_body
from tests.e2e.conftest import PHASE_SECONDS
from tests.ports import free_port
from tests.real_stack import RealStack, eventually
from workers.attempts.shipper import CHUNK_BYTES

pytestmark = pytest.mark.e2e

DEMO = Path(__file__).parents[2] / "client" / "demo"


@pytest.fixture(scope="module")
def stack(swift_python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    folder = tmp_path_factory.mktemp("stack")
    for script, target in (("make_tiny_model.py", "model"), ("make_dataset.py", "data.jsonl")):
        subprocess.run([swift_python, "-P", DEMO / script, folder / target], check=True, capture_output=True)
    running = RealStack(folder, free_port(), SWIFT_PYTHON=swift_python, GPU_SLOTS="cpu:1", NODE_TTL_SECONDS=60).start()
    yield running
    running.stop()


def submit(
    stack: RealStack, name: str, extra_args: dict[str, Any] | None = None, export: bool = True, **params: Any
) -> None:
    body = {"export": export} | job_body(
        str(stack.folder / "model"), str(stack.folder / "data.jsonl"), f"output/{name}"
    )
    body["llm_params"] = {**body["llm_params"], **params}
    body["extra_args"] = {**body["extra_args"], **(extra_args or {})}
    stack.submit(**body)


def test_a_stopped_training_leaves_no_process_and_frees_its_gpu(stack: RealStack) -> None:
    submit(stack, "stopped", num_epochs=500)
    job = stack.wait_for("stopped", "running", timeout=PHASE_SECONDS)
    eventually(
        lambda: stack.job("stopped"),
        lambda job: job["progress"] > 0 or job["status"] == "failed",
        timeout=PHASE_SECONDS,
    )

    stack.http.post("/jobs/stopped/stop")

    stack.wait_for("stopped", "cancelled")
    assert not Path(f"/proc/{job['process_id']}").exists()
    assert stack.get("/gpus")["gpus"][0]["available"]


def test_a_training_that_ms_swift_refuses_fails_with_the_line_that_says_why(stack: RealStack) -> None:
    submit(stack, "refused", extra_args={"target_modules": ["no_such_module"]})

    job = stack.wait_for("refused", "failed", timeout=PHASE_SECONDS)

    assert job["reason"] == "exit_nonzero"
    assert "no_such_module" in job["error_message"]
    assert job["error_message"].startswith("the model has no modules called 'no_such_module': leave target_modules out")
    assert "no_such_module" in stack.log_of("refused")


def test_a_package_that_the_nodes_own_environment_lacks_is_named_at_submission(stack: RealStack) -> None:
    body = job_body(str(stack.folder / "model"), str(stack.folder / "data.jsonl"), "output/lacking")
    body["extra_args"] = {**body["extra_args"], "tuner_backend": "unsloth"}

    answer = stack.http.post("/jobs", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "extra_args.tuner_backend"
    assert "pip install unsloth" in answer.json()["detail"]


def test_a_training_whose_runner_is_killed_goes_on_from_its_last_checkpoint(stack: RealStack) -> None:
    submit(stack, "resumed", num_epochs=20, save_steps=20)
    checkpoint = stack.folder / "output/resumed/attempt-1/last-checkpoint"
    eventually(lambda: checkpoint.exists() or stack.job("resumed")["status"] == "failed", bool, timeout=PHASE_SECONDS)
    runner = json.loads(next(stack.folder.glob("nodes/*/attempts/resumed-*/1/train/runner.json")).read_text())

    os.kill(runner["pid"], signal.SIGKILL)

    job = stack.wait_for("resumed", "completed", timeout=PHASE_SECONDS)
    assert job["attempt"] == 2
    assert job["progress_detail"]["step"] == job["progress_detail"]["max_steps"] == 300
    events = {event["type"]: event["message"] for event in stack.get("/jobs/resumed/events")["events"]}
    assert events["resume"].startswith("goes on from checkpoint-")
    first_logged = json.loads(Path(job["checkpoint_path"]).with_name("logging.jsonl").read_text().splitlines()[0])
    assert int(first_logged["global_step/max_steps"].split("/")[0]) > 20
    assert (Path(job["export_path"]) / "model.safetensors").is_file()


def test_a_merge_whose_runner_is_killed_is_all_that_the_next_attempt_does(stack: RealStack) -> None:
    submit(stack, "lost-merge", num_epochs=1)
    merging = "nodes/*/attempts/lost-merge-*/1/export/runner.json"
    eventually(
        lambda: list(stack.folder.glob(merging)) or stack.job("lost-merge")["status"] == "failed",
        bool,
        timeout=PHASE_SECONDS,
    )
    trained = stack.job("lost-merge")
    runner = json.loads(next(stack.folder.glob(merging)).read_text())

    os.kill(runner["pid"], signal.SIGKILL)

    job = stack.wait_for("lost-merge", "completed", timeout=PHASE_SECONDS)
    first, second = (stack.folder / f"output/lost-merge/attempt-{number}" for number in (1, 2))
    assert (job["attempt"], job["progress"]) == (2, 100.0)
    assert job["final_loss"] == trained["progress_detail"]["loss"]
    assert Path(job["checkpoint_path"]).parent == first
    assert job["export_path"] == str(second / "merged")
    assert (second / "merged/model.safetensors").is_file()
    assert not (second / "logging.jsonl").exists()  # nothing was trained there
    assert "global_step" not in stack.log_of("lost-merge")


def test_a_training_whose_runner_is_killed_behind_its_last_step_has_nothing_left_to_train(stack: RealStack) -> None:
    submit(stack, "last-step", num_epochs=1, save_steps=15, save_only_model=False)
    checkpoint = stack.folder / "output/last-step/attempt-1/last-checkpoint"
    eventually(lambda: checkpoint.exists() or stack.job("last-step")["status"] == "failed", bool, timeout=PHASE_SECONDS)
    runner = json.loads(next(stack.folder.glob("nodes/*/attempts/last-step-*/1/train/runner.json")).read_text())

    os.kill(runner["pid"], signal.SIGKILL)

    job = stack.wait_for("last-step", "completed", timeout=PHASE_SECONDS)
    assert (job["attempt"], job["progress"]) == (2, 100.0)
    assert job["checkpoint_path"] == str(checkpoint.resolve())
    assert (Path(job["export_path"]) / "model.safetensors").is_file()


@pytest.mark.long
def test_a_long_training_ends(stack: RealStack) -> None:
    """The last line of its logging.jsonl holds all that it logged: 300 KiB, more than one look of a follower.

    In each run of the tests a swift that trains nothing writes such a line (tests/fault/test_logs_misbehave.py).
    """
    submit(stack, "long", export=False, num_epochs=29, batch_size=1, logging_steps=1, save_steps=2000)

    job = stack.wait_for("long", "completed", timeout=PHASE_SECONDS)

    log = Path(job["checkpoint_path"]).with_name("logging.jsonl").read_bytes().splitlines()
    assert len(log[-1]) > CHUNK_BYTES
    assert job["progress_detail"]["step"] == job["progress_detail"]["max_steps"] == 1740
    assert len(stack.redis_client().lrange("st:job:long:metrics", 0, -1)) == len(log)
    assert stack.get("/gpus")["gpus"][0]["available"]


def test_a_training_goes_on_and_is_told_whole_though_redis_is_emptied_under_it(stack: RealStack) -> None:
    submit(stack, "kept", num_epochs=15, logging_steps=1)
    before = eventually(
        lambda: stack.job("kept"),
        lambda job: job["progress"] > 0 or job["status"] == "failed",
        timeout=PHASE_SECONDS,
    )

    stack.redis_client().flushall()

    eventually(lambda: stack.http.get("/jobs/kept").status_code, lambda status: status == 200, what="the job again")
    job = stack.wait_for("kept", "completed", timeout=PHASE_SECONDS)
    same = ("attempt", "started_at", "created_at", "task_id")
    assert [job[name] for name in same] == [before[name] for name in same]
    assert (Path(job["export_path"]) / "model.safetensors").is_file()
    assert stack.log_of("kept") == Path(job["log_file_path"]).read_bytes().decode()
    types = [event["type"] for event in stack.get("/jobs/kept/events")["events"]]
    assert (types[0], types[-1]) == ("recovered", "complete")
    logged = Path(job["checkpoint_path"]).with_name("logging.jsonl").read_text().splitlines()
    assert stack.redis_client().llen("st:job:kept:metrics") == len(logged)
