"""Celery's results say in the end what the records say, also where no worker was there to write them."""

import json
from typing import Any

import pytest
from celery import states

from common.messaging.app import make_app
from common.reasons import Reason
from common.states import Verb
from common.store.outcomes import Outcome
from tests.fault.test_processes_die import train
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault


def meta(stack: RealStack, task_id: str) -> dict[str, Any]:
    return dict(json.loads(stack.redis_client().get(f"celery-task-meta-{task_id}") or "{}"))


def wait_for_meta(stack: RealStack, task_id: str, status: str) -> dict[str, Any]:
    return eventually(
        lambda: meta(stack, task_id), lambda found: found.get("status") == status, what=f"{status} of {task_id}"
    )


def test_whoever_ended_the_job(stack: RealStack) -> None:
    lost = train(stack, "lost", wait_at_step=10)
    stack.submit(**fake_inputs(stack.folder, steps=20, wait_at_step=10), output_dir="output/unsaid")
    unsaid = stack.wait_for("unsaid", "running")
    waiting = stack.submit(**fake_inputs(stack.folder), output_dir="output/waiting", gpus=1)
    waiting = stack.wait_for(waiting["job_id"], "queued")
    stack.kill("worker")

    with stack.store() as store:
        # As the deployer, or an API whose broker did not listen. First: where a GPU is free, the job waits no longer.
        assert store.jobs.cancel("waiting", "cancelled by ana") is Outcome.CANCELLED
        # As a worker does that is killed before it has told Celery.
        store.attempts.end("unsaid", 1, Verb.COMPLETE, None, "trained 20 steps")
        # As the rescuer, where the policy of a job is to fail with its node.
        store.attempts.end("lost", 1, Verb.FAIL, Reason.NODE_LOST, "node node-1 has been silent for 9 s")

    done = wait_for_meta(stack, unsaid["task_id"], states.SUCCESS)
    assert done["result"] == {"job_id": "unsaid", "status": "completed", "message": "trained 20 steps"}
    assert (done["name"], done["args"]) == ("swift_trainer.run", ["unsaid", 1])
    wait_for_meta(stack, waiting["task_id"], states.REVOKED)
    failed = wait_for_meta(stack, lost["task_id"], states.FAILURE)["result"]
    assert (failed["exc_type"], failed["exc_message"]) == (
        "JobFailed",
        ["node_lost: node node-1 has been silent for 9 s"],
    )

    # A worker that was stopped in the middle of telling how far the job is, and goes on now.
    app = make_app(stack.settings())
    app.backend.store_result(lost["task_id"], {"step": 11}, "PROGRESS")
    assert meta(stack, lost["task_id"])["status"] == "PROGRESS"
    wait_for_meta(stack, lost["task_id"], states.FAILURE)
    app.close()


def test_a_job_that_fails_with_its_node(stack: RealStack) -> None:
    """By the rescuer itself, when the node is silent."""
    stack.submit(
        **fake_inputs(stack.folder, steps=20, wait_at_step=10), output_dir="output/failing", on_node_lost="fail"
    )
    job = stack.wait_for("failing", "running")
    stack.kill("worker")

    stack.wait_for("failing", "failed")

    wait_for_meta(stack, job["task_id"], states.FAILURE)
