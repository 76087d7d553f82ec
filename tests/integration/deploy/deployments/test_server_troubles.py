"""Servers that worked and then misbehave: noticed, withdrawn, started again, forgiven, ended."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from common.store import Store
from deploy.routes import read_replicas
from tests.integration.deploy.deployments.nothing_is_left import processes_of
from tests.integration.deploy.deployments.serving import deploy, messages
from tests.real_stack import RealStack, eventually

pytestmark = pytest.mark.integration


def routed(stack: RealStack, store: Store) -> list[str]:
    return [replica.deployment_id for replica in read_replicas(store, stack.settings())]


def hang_file(stack: RealStack, job_id: str) -> Path:
    return Path(stack.deployment(job_id)["model_path"]) / "hang"


def test_a_server_that_hangs_is_withdrawn_and_then_started_again(
    stack: RealStack, store: Store, worker_with: Callable[..., None]
) -> None:
    worker_with(DEPLOY_UNHEALTHY_SECONDS=3)
    job_id = deploy(stack, "stuck")
    before = stack.wait_for_deployment(job_id, "running")
    assert routed(stack, store) == [job_id]

    hang_file(stack, job_id).touch()

    seen = eventually(lambda: stack.deployment(job_id), lambda job: job["unhealthy_since"], what="unhealthy")
    assert (seen["status"], seen["healthy"], seen["reason"]) == ("running", False, "unhealthy")
    assert seen["message"] == (
        "its server stopped answering: no answer to /health within 2 s; it is started again if that lasts 3 s"
    )
    assert routed(stack, store) == []
    seen = eventually(lambda: stack.deployment(job_id), lambda job: job["restarts"] == 1, what="a restart")
    assert (seen["status"], seen["reason"], seen["unhealthy_since"]) == ("starting", "unhealthy", None)
    assert seen["message"].startswith("its server stopped answering: no answer to /health within 2 s; restart 1 of")

    hang_file(stack, job_id).unlink()

    seen = stack.wait_for_deployment(job_id, "running")
    assert (seen["deploy_port"], seen["attempt"], seen["reason"], seen["message"]) == (
        before["deploy_port"],
        1,
        "",
        "",
    )
    assert seen["process_id"] != before["process_id"]
    assert routed(stack, store) == [job_id]


def test_a_server_that_hangs_for_a_moment_is_healthy_again(stack: RealStack, store: Store) -> None:
    job_id = deploy(stack, "pause")
    before = stack.wait_for_deployment(job_id, "running")
    # Stopped, it answers nothing; going on, it answers at once.
    server = psutil.Process(before["process_id"])
    server.suspend()
    eventually(lambda: stack.deployment(job_id), lambda job: job["unhealthy_since"], what="unhealthy")

    server.resume()

    seen = eventually(lambda: stack.deployment(job_id), lambda job: job["healthy"], what="healthy again")
    assert (seen["process_id"], seen["restarts"], seen["reason"]) == (before["process_id"], 0, "")
    assert stack.deployment_events(job_id)[-2:] == ["unhealthy", "healthy"]
    assert routed(stack, store) == [job_id]


def test_a_server_that_dies_rarely_is_forgiven(stack: RealStack, worker_with: Callable[..., None]) -> None:
    worker_with(DEPLOY_STABLE_SECONDS=1.5)
    job_id = deploy(stack, "rare")
    for _ in range(2):
        before = stack.wait_for_deployment(job_id, "running")
        os.kill(before["process_id"], signal.SIGKILL)
        seen = eventually(lambda: stack.deployment(job_id), lambda job: job["restarts"] == 1, what="a restart")
        assert seen["status"] == "starting"
        seen = eventually(lambda: stack.deployment(job_id), lambda job: job["restarts"] == 0, what="forgiveness")
        assert seen["status"] == "running"
    assert messages(stack, job_id, "stable") == ["answers for 1.5 s now; its earlier restarts are forgiven"] * 2


def test_a_server_that_ignores_term_is_killed_after_its_grace(stack: RealStack) -> None:
    job_id = deploy(stack, "deaf", ignore_term=True)
    stack.wait_for_deployment(job_id, "running")

    stack.deploy_http.post(f"/jobs/{job_id}/stop")

    stack.wait_for_deployment(job_id, "stopped")
    assert messages(stack, job_id, "stop") == ["stopped by the user; all its processes have ended"]


def test_a_process_that_escapes_from_its_server_is_gone_after_a_stop(stack: RealStack) -> None:
    job_id = deploy(stack, "escape", escape_child=True)
    stack.wait_for_deployment(job_id, "running")
    (escaped,) = [pid for pid, argv in processes_of(stack).items() if "time.sleep(3600)" in argv]
    assert os.getsid(escaped) == escaped

    stack.deploy_http.post(f"/jobs/{job_id}/stop")

    stack.wait_for_deployment(job_id, "stopped")
    assert escaped not in processes_of(stack)


def test_a_server_that_was_fine_once_may_fail_at_its_start_within_the_budget(
    stack: RealStack, worker_with: Callable[..., None]
) -> None:
    """What it lacked, such as memory that another process had, may be there the next time."""
    worker_with(DEPLOY_RESTARTS_MAX=8)
    job_id = deploy(stack, "unlucky")
    before = stack.wait_for_deployment(job_id, "running")
    knobs = Path(before["model_path"]) / "fake.json"
    knobs.write_text('{"fail_at_start": true, "oom": true}')
    os.kill(before["process_id"], signal.SIGKILL)
    seen = eventually(lambda: stack.deployment(job_id), lambda job: job["restarts"] >= 2, what="a second restart")
    assert (seen["status"], seen["reason"]) == ("starting", "out_of_memory")

    knobs.write_text("{}")

    stack.wait_for_deployment(job_id, "running")
