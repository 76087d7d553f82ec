"""Starting, stopping, queueing and deleting, at every moment of a deployment's life."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from common.store import Store
from tests.integration.deploy.deployments.nothing_is_left import processes_of
from tests.integration.deploy.deployments.serving import deploy, model, phase_folders
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.integration


@pytest.fixture
def paused(stack: RealStack) -> Iterator[None]:
    """Nothing is placed meanwhile."""
    stack.http.post("/queue/processor/stop")
    yield
    stack.http.post("/queue/processor/start")


def post(stack: RealStack, job_id: str, verb: str) -> dict[str, Any]:
    return stack.deploy_http.post(f"/jobs/{job_id}/{verb}").raise_for_status().json()


def waiting(stack: RealStack) -> list[dict[str, Any]]:
    return stack.deploy_http.get("/queue").raise_for_status().json()["queue_items"]


def test_one_that_is_starting_can_be_stopped_and_celery_is_told(stack: RealStack) -> None:
    job_id = deploy(stack, "slow", start_seconds=60)
    task_id = stack.wait_for_deployment(job_id, "starting")["task_id"]
    eventually(lambda: stack.celery_state(task_id), lambda state: state == "STARTED")

    with stack.frozen("worker"):
        assert post(stack, job_id, "stop")["message"].startswith("deployment is being stopped")
    assert post(stack, job_id, "stop")["status"] in {"starting", "stopped"}  # twice is fine

    seen = stack.wait_for_deployment(job_id, "stopped")
    assert (seen["reason"], seen["message"]) == (
        "cancelled_by_user",
        "stopped by the user; all its processes have ended",
    )
    assert post(stack, job_id, "stop") == {"job_id": job_id, "status": "stopped", "message": "deployment is stopped"}
    assert stack.deployment_events(job_id).count("stop") == 1
    eventually(lambda: stack.celery_state(task_id), lambda state: state == "REVOKED")


def test_celery_sees_a_deployment_as_started_while_it_serves(stack: RealStack) -> None:
    job_id = deploy(stack, "seen")
    task_id = stack.wait_for_deployment(job_id, "running")["task_id"]

    assert stack.celery_state(task_id) == "STARTED"

    post(stack, job_id, "stop")
    eventually(lambda: stack.celery_state(task_id), lambda state: state == "REVOKED")


def test_one_that_waits_is_stopped_at_once_and_celery_is_told_each_time(stack: RealStack, paused: None) -> None:
    job_id = deploy(stack, "early")
    for _ in range(2):
        task_id = stack.deployment(job_id)["task_id"]
        assert post(stack, job_id, "stop")["status"] == "stopped"
        assert stack.celery_state(task_id) == "REVOKED"
        post(stack, job_id, "start")
    assert stack.deployment(job_id)["status"] in {"pending", "queued"}


def test_one_that_waits_for_its_restart_starts_no_further_server_when_it_is_stopped(
    stack: RealStack, worker_with: Callable[..., None]
) -> None:
    worker_with(DEPLOY_RESTART_DELAY_SECONDS=300)
    job_id = deploy(stack, "backing")
    os.kill(stack.wait_for_deployment(job_id, "running")["process_id"], signal.SIGKILL)
    eventually(lambda: stack.deployment(job_id)["restarts"], lambda restarts: restarts == 1, what="its back-off")

    post(stack, job_id, "stop")

    stack.wait_for_deployment(job_id, "stopped")
    assert [folder.name for folder in phase_folders(stack, job_id)] == ["serve-1"]


def test_one_that_is_starting_can_be_deleted(stack: RealStack) -> None:
    job_id = deploy(stack, "unwanted", start_seconds=60)
    stack.wait_for_deployment(job_id, "starting")

    assert stack.deploy_http.delete(f"/jobs/{job_id}").status_code == 204

    assert stack.deploy_http.get(f"/jobs/{job_id}").status_code == 404
    assert stack.deploy_http.delete(f"/jobs/{job_id}").status_code == 404
    eventually(lambda: processes_of(stack), lambda found: found == {})


def test_one_that_is_held_starts_when_it_is_told(stack: RealStack) -> None:
    made = stack.deploy(model_path=model(stack), name="held", auto_start=False)
    assert (made["status"], made["message"]) == ("pending", "deployment was created and is held until it is started")
    assert waiting(stack) == []

    post(stack, made["job_id"], "start")

    assert stack.wait_for_deployment(made["job_id"], "running")["held"] is False


def test_one_that_is_being_stopped_starts_again_when_it_is_told(stack: RealStack) -> None:
    job_id = deploy(stack, "again", ignore_term=True)
    stack.wait_for_deployment(job_id, "running")

    with stack.frozen("worker"):
        post(stack, job_id, "stop")
        answer = post(stack, job_id, "start")

    assert answer["message"] == "deployment is still being stopped; it starts again when that is done"

    seen = eventually(lambda: stack.deployment(job_id), lambda job: (job["attempt"], job["status"]) == (2, "running"))
    assert (seen["cancel_requested_at"], seen["healthy"]) == (None, True)


def test_one_that_is_stopped_after_all_does_not_start_again(stack: RealStack, store: Store) -> None:
    job_id = deploy(stack, "never", ignore_term=True)
    stack.wait_for_deployment(job_id, "running")
    for verb in ("stop", "start", "stop"):
        post(stack, job_id, verb)

    stack.wait_for_deployment(job_id, "stopped")
    model_seen = store.models.get("never")
    assert model_seen is not None
    assert model_seen.again == ()


def test_one_that_failed_starts_again_when_its_model_was_mended(stack: RealStack) -> None:
    path = Path(model(stack, fail_at_start=True))
    job_id = stack.deploy(model_path=str(path), name="mended")["job_id"]
    stack.wait_for_deployment(job_id, "failed")

    (path / "fake.json").write_text("{}")
    post(stack, job_id, "start")

    seen = eventually(lambda: stack.deployment(job_id), lambda job: job["status"] == "running")
    assert (seen["attempt"], seen["error_message"], seen["reason"]) == (2, None, "")


def test_the_queue_takes_one_in_with_a_port_and_a_priority_and_lets_it_go(stack: RealStack, paused: None) -> None:
    first = deploy(stack, "first")
    held = stack.deploy(model_path=model(stack), name="second", auto_start=False)["job_id"]

    answer = stack.deploy_http.post(f"/queue/{held}/add", params={"port": 4799, "priority": 7})

    assert answer.json() == {"message": f"deployment '{held}' waits for its place"}
    items = waiting(stack)
    assert [(item["job_id"], item["queue_position"], item["priority"]) for item in items] == [
        (held, 1, 7),
        (first, 2, 0),
    ]
    assert {item["reason"] for item in items} == {"paused"}
    assert stack.deploy_http.delete(f"/queue/{held}").status_code == 200
    assert [item["job_id"] for item in waiting(stack)] == [first]
    left = stack.deployment(held)
    assert (left["status"], left["held"], left["reason"], left["priority"]) == ("pending", True, "held_by_user", 7)
    assert stack.deploy_http.delete(f"/queue/{held}").status_code == 200  # it stays held


def test_replicas_leave_the_queue_together_and_a_training_is_none_of_its_business(
    stack: RealStack, paused: None
) -> None:
    made = stack.deploy(model_path=model(stack), name="many", replicas=3)
    training = stack.submit(**fake_inputs(stack.folder), output_dir="output/other")["job_id"]

    assert stack.deploy_http.delete(f"/queue/{made['job_id']}").status_code == 200

    assert waiting(stack) == []
    assert {stack.deployment(job_id)["held"] for job_id in made["replica_ids"]} == {True}
    assert stack.deploy_http.delete(f"/queue/{training}").status_code == 404
    # Nor are deployments the business of those who clear the trainings away.
    assert stack.http.delete("/jobs").json()["deleted_count"] >= 1
    assert len(stack.get_deployments()) == 3


def test_only_what_waits_can_leave_the_queue_and_only_what_does_not_run_can_enter_it(stack: RealStack) -> None:
    job_id = deploy(stack, "running")
    stack.wait_for_deployment(job_id, "running")

    left = stack.deploy_http.delete(f"/queue/{job_id}")
    entered = stack.deploy_http.post(f"/queue/{job_id}/add", params={"priority": 5})

    for answer in (left, entered):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_queued")
        assert answer.json()["detail"] == f"job '{job_id}' does not wait: it is running"


def test_a_deployment_and_a_training_wait_for_each_other_by_priority(stack: RealStack) -> None:
    """One queue for both: the better priority goes first, whichever it is."""
    stack.deploy(model_path=model(stack), name="many", gpus=15)
    last = deploy(stack, "last")
    stack.wait_for_deployment(last, "running")
    training = fake_inputs(stack.folder, steps=2, seconds_per_step=0.01, export_seconds=0)
    low = stack.submit(**training, output_dir="output/low", priority=1)
    middle = stack.deploy(model_path=model(stack), name="middle", priority=5)
    high = stack.submit(**training, output_dir="output/high", priority=9)

    assert [answer["queue_position"] for answer in (low, middle, high)] == [1, 1, 1]
    assert [entry["job_id"] for entry in stack.get("/queue")["queue_items"]] == ["high", "middle~deploy-1", "low"]
    (item,) = waiting(stack)
    assert (item["job_id"], item["queue_position"], item["reason"]) == ("middle~deploy-1", 2, "gpus_busy")
    assert item["message"] == "Needs 1 GPU and a port; 0 of 16 are free, 16 are leased."

    post(stack, last, "stop")
    started = {
        "high": stack.wait_for("high", "completed")["started_at"],
        "middle": stack.wait_for_deployment("middle~deploy-1", "running")["started_at"],
    }
    post(stack, "middle~deploy-1", "stop")
    started["low"] = stack.wait_for("low", "completed")["started_at"]
    assert sorted(started, key=lambda name: started[name]) == ["high", "middle", "low"]
