"""A job from submission to its end, through the real processes, with a fake swift that speaks the true format."""

import json
import re
from pathlib import Path

import pytest
from celery.result import AsyncResult

from common.messaging.app import make_app
from common.settings import load_settings
from tests.ports import free_port
from tests.real_stack import PATIENCE_SECONDS, RealStack, eventually, fake_inputs

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("consistent")]


def result_of(stack: RealStack, task_id: str, monkeypatch: pytest.MonkeyPatch) -> AsyncResult:
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    return AsyncResult(task_id, app=make_app(load_settings()))


def test_a_job_trains_exports_and_ends_with_its_artefacts(stack: RealStack) -> None:
    answer = stack.submit(**fake_inputs(stack.folder, steps=10), output_dir="output/good")
    assert answer == {"job_id": "good", "status": "pending", "message": "training job was created"}

    job = stack.wait_for("good", "completed")

    assert (job["progress"], job["attempt"], job["phase"]) == (100.0, 1, "export")
    assert job["progress_detail"]["step"] == job["progress_detail"]["max_steps"] == 10
    assert job["final_loss"] is not None
    assert job["export_completed"] is True
    assert (Path(job["export_path"]) / "config.json").is_file()
    assert Path(job["checkpoint_path"], "trainer_state.json").is_file()
    assert (stack.folder / "output/good/latest").resolve() == stack.folder / "output/good/attempt-1"
    events = [event["type"] for event in stack.get("/jobs/good/events")["events"]]
    assert events == ["submit", "assign", "start", "export", "complete"]


def test_progress_logs_and_celery_tell_while_it_trains(stack: RealStack, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = fake_inputs(stack.folder, steps=10, wait_at_step=5)
    stack.submit(**inputs, output_dir="output/watched")
    task = result_of(stack, stack.job("watched")["task_id"], monkeypatch)

    seen = eventually(lambda: stack.get("/jobs/watched/progress"), lambda now: 0 < now["progress"] < 100)
    assert re.fullmatch(r"\d+s", seen["estimated_time_remaining"])
    assert seen["detail"]["loss"] > 0
    eventually(lambda: task.state, lambda state: state == "PROGRESS", what="Celery's PROGRESS")
    info = eventually(lambda: task.info, lambda info: isinstance(info, dict) and info["step"] > 0)
    assert {"step", "max_steps", "loss", "percent", "remaining_seconds"} <= set(info)
    assert "loss" in stack.log_of("watched")
    assert stack.get("/gpus")["gpus"][0]["job_id"] == "watched"

    (Path(inputs["model_path"]) / "go").touch()
    stack.wait_for("watched", "completed")
    assert task.get(timeout=PATIENCE_SECONDS)["status"] == "completed"


def test_a_merge_behind_a_training_that_stopped_early_has_its_own_share_and_time(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=20, stop_at_step=5, export_seconds=3600)
    stack.submit(**inputs, output_dir="output/merging", extra_args={"max_epochs": 1})

    seen = eventually(
        lambda: stack.get("/jobs/merging/progress"),
        lambda now: (now["detail"] or {}).get("merge_elapsed_seconds") is not None,
        what="the merge in the progress",
    )

    detail = seen["detail"]
    assert (seen["phase"], detail["step"], detail["max_steps"]) == ("export", 5, 20)
    assert 0 < seen["progress"] < 100
    assert seen["progress"] == detail["percent"]
    assert detail["remaining_seconds"] == detail["merge_seconds"] - detail["merge_elapsed_seconds"]
    stack.http.post("/jobs/merging/stop")
    stack.wait_for("merging", "cancelled")


def test_a_training_that_stopped_early_is_done_when_it_is_completed(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=20, stop_at_step=5)
    stack.submit(**inputs, output_dir="output/early", extra_args={"max_epochs": 1}, export=False)
    stack.wait_for("early", "completed")

    told = stack.get("/jobs/early/progress")

    assert (told["progress"], told["estimated_time_remaining"]) == (100.0, "0s")
    assert (told["detail"]["percent"], told["detail"]["remaining_seconds"]) == (100.0, 0)


def test_the_log_of_a_finished_job_is_byte_for_byte_the_file(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=3, log_megabytes=0.2), output_dir="output/wordy")
    job = stack.wait_for("wordy", "completed")

    text, offset = "", 0
    while True:
        part = stack.get("/jobs/wordy/logs", offset=offset)
        text, offset = text + part["text"], part["next_offset"]
        if part["end"]:
            break

    assert text == Path(job["log_file_path"]).read_bytes().decode()
    newest = stack.get("/jobs/wordy/logs", limit=2)
    assert len(newest["logs"]) == 2
    assert newest["total"] > 100


def test_a_job_that_fails_says_why(stack: RealStack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.submit(**fake_inputs(stack.folder, fail_at_step=3), output_dir="output/bad")

    job = stack.wait_for("bad", "failed")

    assert job["reason"] == "exit_nonzero"
    assert "exit code 1" in job["error_message"]
    task = result_of(stack, job["task_id"], monkeypatch)
    eventually(lambda: task.state, lambda state: state == "FAILURE", what="Celery's FAILURE")
    assert "exit_nonzero" in str(task.result)
    log = stack.log_file("worker").read_text()
    assert ("job_failed" in log, "Traceback" in log) == (True, False)


def test_a_chinese_reader_gets_the_whole_story_in_chinese(stack: RealStack) -> None:
    chinese = {"Accept-Language": "zh"}
    stack.submit(**fake_inputs(stack.folder, fail_at_step=3), output_dir="output/story", retries=1)
    stack.wait_for("story", "failed")

    events = stack.http.get("/jobs/story/events", headers=chinese).json()["events"]
    job = stack.http.get("/jobs/story", headers=chinese).json()

    assert {"requeue", "resume", "fail"} <= {event["type"] for event in events}
    assert [event["message"] for event in events if not re.search("[\u4e00-\u9fff]", event["message"])] == []
    assert job["error_message"].startswith("ms-swift 退出码为 1：")


@pytest.mark.parametrize(
    ("knobs", "reason"),
    [
        ({"stop_at_step": 4}, "incomplete"),
        ({"nan_at": 2}, "diverged"),
        ({"no_checkpoint": True}, "artefact_missing"),
        ({"fail_at_step": 2, "oom": True}, "out_of_memory"),
        ({"export_exit_code": 1}, "export_failed"),
        ({"export_incomplete": True}, "export_failed"),
    ],
)
def test_exit_0_is_not_success_and_each_failure_has_its_reason(stack: RealStack, knobs: dict, reason: str) -> None:
    name = "-".join(["fails", *map(str, knobs)])
    stack.submit(**fake_inputs(stack.folder, steps=6, seconds_per_step=0.01, **knobs), output_dir=f"output/{name}")

    assert stack.wait_for(name, "failed")["reason"] == reason


def test_jobs_wait_by_priority_with_position_and_reason(stack: RealStack) -> None:
    long = fake_inputs(stack.folder, steps=100_000)
    quick = fake_inputs(stack.folder, steps=2, seconds_per_step=0.01)
    for name in ("busy-0", "busy-1"):
        stack.submit(**long, output_dir=f"output/{name}")
        stack.wait_for(name, "running")

    low = stack.submit(**quick, output_dir="output/low", priority=1)
    high = stack.submit(**quick, output_dir="output/high", priority=9)

    assert (low["status"], low["queue_position"]) == ("queued", 1)
    assert (high["status"], high["queue_position"]) == ("queued", 1)
    assert high["reason"] == "gpus_busy"
    queue = stack.get("/queue")
    assert [item["job_id"] for item in queue["queue_items"]] == ["high", "low"]
    assert stack.get("/queue/low/status")["queue_position"] == 2

    stack.http.post("/jobs/busy-0/stop")
    started = [stack.wait_for(name, "completed")["assigned_at"] for name in ("high", "low")]
    assert started == sorted(started)
    stack.http.post("/jobs/busy-1/stop")
    stack.wait_for("busy-1", "cancelled")


def test_the_end_of_a_job_starts_the_next_one_at_once(tmp_path: Path) -> None:
    stack = RealStack(tmp_path, free_port(), QUEUE_CHECK_INTERVAL=300, GPU_SLOTS="cpu:1", NODE_TTL_SECONDS=60).start()
    try:
        first = fake_inputs(tmp_path, steps=2, wait_at_step=1)
        stack.submit(**first, output_dir="output/first")
        stack.wait_for("first", "running")
        stack.submit(**fake_inputs(tmp_path, steps=2), output_dir="output/second")
        (Path(first["model_path"]) / "go").touch()

        stack.wait_for("second", "completed")
    finally:
        stack.stop()


def test_two_gpus_run_two_ranks(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=3), output_dir="output/ranks", gpus=2)

    job = stack.wait_for("ranks", "completed")

    assert job["gpu_id"] == "cpu-0,cpu-1"
    ranks = json.loads(Path(job["log_file_path"]).with_name("train").joinpath("exit.json").read_text())["exit_codes"]
    assert ranks == {"0": 0, "1": 0}


def test_stopping_a_running_job_ends_its_whole_tree(stack: RealStack, monkeypatch: pytest.MonkeyPatch) -> None:
    knobs = {"steps": 100_000, "ignore_term": True, "escape_child": True}
    stack.submit(**fake_inputs(stack.folder, **knobs), output_dir="output/stubborn")
    job = stack.wait_for("stubborn", "running")

    first = stack.http.post("/jobs/stubborn/stop")
    assert (first.status_code, first.json()["status"]) == (200, "cancelled")
    assert stack.http.post("/jobs/stubborn/stop").status_code == 200

    job = stack.wait_for("stubborn", "cancelled")
    assert job["reason"] == "cancelled_by_user"
    assert marked_processes(job) == []
    assert {gpu["status"] for gpu in stack.get("/gpus")["gpus"]} == {"free"}
    task = result_of(stack, job["task_id"], monkeypatch)
    eventually(lambda: task.state, lambda state: state == "REVOKED", what="Celery's REVOKED")


def test_a_job_that_waits_is_cancelled_at_once(stack: RealStack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.submit(**fake_inputs(stack.folder), output_dir="output/too-big", gpus=3)
    assert stack.get("/queue/too-big/status")["reason"] == "too_large"

    stack.http.post("/jobs/too-big/stop")

    job = stack.job("too-big")
    assert job["status"] == "cancelled"
    assert result_of(stack, job["task_id"], monkeypatch).state == "REVOKED"


def test_deleting_a_running_job_stops_it_first(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=100_000), output_dir="output/gone")
    job = stack.wait_for("gone", "running")
    assert marked_processes(job)

    assert stack.http.delete("/jobs/gone").status_code == 204

    assert stack.http.get("/jobs/gone").status_code == 404
    stack.wait_until_forgotten("gone")
    assert marked_processes(job) == []


def test_an_id_may_be_used_again_after_a_delete_and_keeps_the_old_files(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=2, seconds_per_step=0.01)
    outputs = []
    for _ in range(2):
        stack.submit(**inputs, output_dir="output/again")
        outputs.append(stack.wait_for("again", "completed")["export_path"])
        stack.http.delete("/jobs/again")

    assert [Path(path).parent.name for path in outputs] == ["attempt-1", "attempt-1-2"]
    assert all(Path(path).is_dir() for path in outputs)


def test_a_held_job_does_not_start(stack: RealStack) -> None:
    answer = stack.submit(**fake_inputs(stack.folder), output_dir="output/held", auto_start=False)

    assert answer["status"] == "pending"
    assert stack.job("held")["held"] is True
    assert "held" not in [item["job_id"] for item in stack.get("/queue")["queue_items"]]
    assert stack.http.delete("/jobs/held").status_code == 204


def test_a_time_limit_ends_a_job(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=100_000), output_dir="output/endless", time_limit=1)

    assert stack.wait_for("endless", "failed")["reason"] == "time_limit"


def test_retries_are_the_users_choice(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, fail_at_step=1), output_dir="output/retried", retries=1)

    job = stack.wait_for("retried", "failed")

    assert job["attempt"] == 2
    assert "requeue" in [event["type"] for event in stack.get("/jobs/retried/events")["events"]]


def test_inputs_that_cannot_work_are_refused_before_a_gpu_is_taken(stack: RealStack) -> None:
    good = fake_inputs(stack.folder)
    empty, torn = stack.folder / "empty.jsonl", stack.folder / "torn.jsonl"
    empty.write_text("")
    torn.write_text('{"messages": []}\nnot json\n')
    for changes, field, code in [
        ({"data_path": str(stack.folder / "nowhere.jsonl")}, "data_path", "data_not_found"),
        ({"data_path": str(empty)}, "data_path", "data_invalid"),
        ({"data_path": str(torn)}, "data_path", "data_invalid"),
        ({"model_path": str(stack.folder / "nowhere")}, "model_path", "model_not_found"),
        ({"data_path": "/etc/passwd"}, "data_path", "path_not_allowed"),
        ({"output_dir": "../outside"}, "output_dir", "path_not_allowed"),
    ]:
        refused = stack.http.post("/jobs", json={**good, "output_dir": "output/refused", **changes})

        assert refused.status_code == 422, refused.text
        assert [(error["field"], error["code"]) for error in refused.json()["errors"]] == [(field, code)]


def test_inputs_that_vanish_before_the_start_fail_the_job_with_the_field_named(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder)
    stack.submit(**inputs, output_dir="output/vanished", auto_start=False, job_id="vanished-held")
    stack.http.delete("/jobs/vanished-held")
    stack.submit(**fake_inputs(stack.folder, steps=100_000), output_dir="output/blocker", gpus=2)
    stack.wait_for("blocker", "running")
    stack.submit(**inputs, output_dir="output/vanished")
    Path(inputs["data_path"]).unlink()
    stack.http.post("/jobs/blocker/stop")

    job = stack.wait_for("vanished", "failed")

    assert job["reason"] == "data_not_found"
    assert job["error_message"].startswith("data_path: ")


def marked_processes(job: dict) -> list[int]:
    """Processes whose environment has the mark of the job's attempts.

    It has the task id in it: beside this test others run, whose jobs may be called the same.
    """
    mark = f"SWIFT_TRAINER_ATTEMPT={Path(job['log_file_path']).parents[1].name}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if any(variable.startswith(mark) for variable in path.read_bytes().split(b"\0")):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found
