"""The fake interpreter misbehaves as it is told to, and the verdict sees through it."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from common.reasons import Reason
from common.swift.command.command import CommandContext, train_command
from common.swift.command.export_command import merge_command
from tests.builders import make_spec
from tests.eventually import eventually
from workers.swift.artefacts import has_optimizer_state, is_model_dir, last_checkpoint
from workers.swift.log_excerpt import last_lines
from workers.swift.metrics_tail import FILE_NAME, read_all
from workers.swift.results import read_train_result
from workers.swift.verdict import ProcessEnd, Verdict, judge_export, judge_train

FAKE = Path(__file__).parents[3] / "fakes" / "swift_python"
PARAMS = {"save_steps": 2, "logging_steps": 1, "save_total_limit": 2}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    return folder


def test_a_run_without_wishes_goes_well(model: Path) -> None:
    verdict = _train(model)

    assert verdict.ok, verdict
    output = model.parent / "out"
    checkpoint = last_checkpoint(output)
    assert checkpoint is not None
    assert (checkpoint.name, has_optimizer_state(checkpoint)) == ("checkpoint-4", True)
    assert sorted(path.name for path in output.glob("checkpoint-*")) == ["checkpoint-2", "checkpoint-4"]
    assert [record.get("global_step/max_steps") for record in read_all(output / FILE_NAME)] == [
        "1/4", "2/4", "3/4", "4/4", "4/4", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("knobs", "reason"),
    [
        ({"fail_at_step": 2}, Reason.EXIT_NONZERO),
        ({"fail_at_step": 2, "oom": True}, Reason.OUT_OF_MEMORY),
        ({"exit_code": 3}, Reason.EXIT_NONZERO),
        ({"nan_at": 3}, Reason.DIVERGED),
        ({"stop_at_step": 2}, Reason.INCOMPLETE),
        ({"no_checkpoint": True}, Reason.ARTEFACT_MISSING),
        ({"torn_checkpoint": True}, Reason.ARTEFACT_MISSING),
    ],
)
def test_a_run_that_is_told_to_go_wrong_is_judged_so(model: Path, knobs: dict[str, object], reason: Reason) -> None:
    assert _train(model, **knobs).reason is reason


def test_the_first_record_of_the_data_set_can_hold_the_wishes(model: Path) -> None:
    (model.parent / "data.jsonl").write_text(json.dumps({"text": "a", "fake": {"exit_code": 4}}) + "\n")

    assert "exit code 4" in _train(model).message


def test_an_export_writes_a_whole_model_once(model: Path) -> None:
    assert _train(model).ok
    merged = model.parent / "merged"
    command = [str(FAKE), *merge_command(model.parent / "out" / "last-checkpoint", merged)]

    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert judge_export(ProcessEnd(0), is_model=is_model_dir(merged)).ok

    again = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (again.returncode, "already exists" in again.stderr) == (1, True)


def test_a_run_can_ignore_term_and_hang(model: Path) -> None:
    process = _start(model, hang_at_step=2, ignore_term=True)
    try:
        _wait_for_step(model.parent / "out" / FILE_NAME)
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)
    finally:
        process.kill()
    assert process.wait(60) == -signal.SIGKILL


def test_a_run_ends_by_term_without_saving(model: Path) -> None:
    process = _start(model, hang_at_step=2)
    try:
        _wait_for_step(model.parent / "out" / FILE_NAME)
        process.terminate()
        assert process.wait(60) == -signal.SIGTERM
    finally:
        process.kill()
    assert last_checkpoint(model.parent / "out") is None


def _train(model: Path, **knobs: object) -> Verdict:
    process = _start(model, **knobs)
    try:
        code = process.wait(60)
    finally:
        process.kill()
    lines = last_lines(model.parent / "output.log", 20)
    return judge_train(ProcessEnd(code, log_lines=lines), read_train_result(model.parent / "out", {}))


def _start(model: Path, **knobs: object) -> subprocess.Popen[bytes]:
    quick = {"steps": 4, "seconds_per_step": 0.001, "start_seconds": 0}
    (model / "fake.json").write_text(json.dumps(quick | knobs))
    data, output = model.parent / "data.jsonl", model.parent / "out"
    data.touch()
    context = CommandContext("4.6.0", str(model), (str(data),), str(output))
    command = [str(FAKE), *train_command(make_spec(params=PARAMS), context)]
    with (model.parent / "output.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env={"PATH": os.environ["PATH"]})


def _wait_for_step(log: Path) -> None:
    eventually(log.exists, bool, what="the fake's first step")
