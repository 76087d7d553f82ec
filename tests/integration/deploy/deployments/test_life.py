"""A deployment from its submission to its end, through the real processes."""

import os
import signal

import httpx2
import pytest

from tests.real_stack import PATIENCE_SECONDS, RealStack, eventually, fake_inputs

pytestmark = pytest.mark.integration


def model(stack: RealStack, **knobs: object) -> str:
    return fake_inputs(stack.folder, **knobs)["model_path"]


def test_a_deployment_answers_at_its_endpoint_with_its_own_key_only(stack: RealStack) -> None:
    made = stack.deploy(model_path=model(stack), name="tiny")
    assert (made["job_id"], made["name"], made["version"]) == ("tiny~deploy-1", "tiny", "v1")

    seen = stack.wait_for_deployment("tiny~deploy-1", "running")

    first, last = map(int, str(stack.environment["DEPLOY_PORT_RANGE"]).split("-"))
    assert first <= seen["deploy_port"] <= last
    assert seen["endpoint"] == f"http://127.0.0.1:{seen['deploy_port']}/v1"
    assert (seen["healthy"], seen["node"], seen["restarts"]) == (True, "node-1", 0)
    asked = {"model": "tiny", "messages": [{"role": "user", "content": "hello"}]}
    with httpx2.Client(base_url=seen["endpoint"], trust_env=False, timeout=PATIENCE_SECONDS) as client:
        assert client.get("/models").status_code == 401
        assert client.post("/chat/completions", json=asked).status_code == 401
        right = {"Authorization": f"Bearer {made['api_key']}"}
        assert [entry["id"] for entry in client.get("/models", headers=right).json()["data"]] == ["tiny"]
        assert client.post("/chat/completions", json=asked, headers=right).status_code == 200
    assert stack.deployment_events("tiny~deploy-1") == ["submit", "assign", "start", "ready", "take_over"]

    stopped = stack.deploy_http.post("/jobs/tiny~deploy-1/stop").json()
    assert stopped["status"] in {"running", "stopped"}
    ended = stack.wait_for_deployment("tiny~deploy-1", "stopped")
    assert (ended["endpoint"], ended["deploy_port"], ended["reason"]) == ("", None, "cancelled_by_user")
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{seen['endpoint']}/models", trust_env=False)


def test_a_stopped_deployment_can_be_started_again(stack: RealStack) -> None:
    job_id = stack.deploy(model_path=model(stack), name="again")["job_id"]
    stack.wait_for_deployment(job_id, "running")
    stack.deploy_http.post(f"/jobs/{job_id}/stop")
    stack.wait_for_deployment(job_id, "stopped")

    assert stack.deploy_http.post(f"/jobs/{job_id}/start").json()["status"] in {"pending", "assigned", "starting"}

    seen = stack.wait_for_deployment(job_id, "running")
    assert (seen["attempt"], seen["healthy"]) == (2, True)


def test_a_server_that_dies_is_started_again_in_its_place(stack: RealStack) -> None:
    job_id = stack.deploy(model_path=model(stack), name="mortal")["job_id"]
    before = stack.wait_for_deployment(job_id, "running")

    os.kill(before["process_id"], signal.SIGKILL)

    seen = eventually(lambda: stack.deployment(job_id), lambda job: job["status"] == "running" and job["restarts"] == 1)
    assert (seen["attempt"], seen["deploy_port"]) == (1, before["deploy_port"])
    assert seen["process_id"] != before["process_id"]
