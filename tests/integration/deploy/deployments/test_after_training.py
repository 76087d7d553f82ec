"""What a training made is deployed when it is done, if that was asked for with it; once, whoever dies meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest

from common.store import Store, keys
from tests.integration.deploy.deployments.serving import ask
from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.integration

KEY = "sk-a-key-that-the-user-chose"
PORT = free_port()


def train(stack: RealStack, job_id: str, /, knobs: dict[str, Any] | None = None, **deploy: Any) -> dict[str, Any]:
    """A training that is to be deployed."""
    quick = {"steps": 2, "seconds_per_step": 0.01, "export_seconds": 0.01, **(knobs or {})}
    return stack.submit(**fake_inputs(stack.folder, **quick), output_dir=f"output/{job_id}", deploy=deploy)


def deployments(stack: RealStack, count: int, status: str = "running") -> list[dict[str, Any]]:
    """So many of them, in that state."""
    return eventually(
        lambda: stack.get_deployments(status=status), lambda jobs: len(jobs) == count, what=f"{count} {status}"
    )


def events(stack: RealStack, job_id: str, kind: str) -> list[str]:
    found = stack.get(f"/jobs/{job_id}/events", limit=500)["events"]
    return [event["message"] for event in found if event["type"] == kind]


def test_a_finished_training_is_deployed_under_its_own_name(stack: RealStack, store: Store) -> None:
    answer = train(stack, "lesson", api_key=KEY)
    assert answer["server_api_key"] == KEY

    trained = stack.wait_for("lesson", "completed")
    (seen,) = deployments(stack, 1)

    assert (seen["job_id"], seen["name"], seen["version"]) == ("lesson~deploy-1", "lesson", "v1")
    assert (seen["source_job_id"], seen["model_path"]) == ("lesson", trained["export_path"])
    assert seen["constraints"]["node_names"] == ["node-1"]  # where the model is
    assert ask(seen["endpoint"], KEY, "lesson").status_code == 200
    # The deployer submits it first, and then notes that it did.
    eventually(store.deployer.expected, lambda ids: ids == [])
    assert events(stack, "lesson", "deploy") == ["its model is deployed as lesson~deploy-1"]


def test_a_training_tells_where_its_model_answers_while_it_does(stack: RealStack) -> None:
    constraints = {"node_names": ["node-1"]}
    train(stack, "told", name="told", constraints=constraints, resources={"memory": "2GB"}, auto_start=True)
    before = stack.job("told")
    stack.wait_for("told", "completed")
    (serving,) = deployments(stack, 1)

    trained = eventually(lambda: stack.job("told"), lambda job: job["deploy_job_id"], what="its deployment")
    (listed,) = [job for job in stack.get("/jobs")["jobs"] if job["job_id"] == "told"]

    assert (before["deploy_job_id"], before["deploy_port"]) == ("", None)
    for seen in (trained, listed):
        assert (seen["deploy_job_id"], seen["deploy_port"]) == ("told~deploy-1", serving["deploy_port"])
    assert trained["deploy"] == {
        "deploy_target": "local",
        "name": "told",
        "gpus": 1,
        "infer_backend": "transformers",
        "replicas": 1,
        "auto_start": True,
        "resources": {"memory": "2GiB"},
        "constraints": constraints,
    }
    etag = stack.http.get("/jobs/told").headers["ETag"]
    stack.deploy_http.post("/jobs/told~deploy-1/stop")
    stack.wait_for_deployment("told~deploy-1", "stopped")
    again = stack.http.get("/jobs/told", headers={"If-None-Match": etag})
    assert (again.status_code, again.json()["deploy_port"]) == (200, None)


def test_a_training_that_came_to_nothing_is_not_deployed_and_says_so(stack: RealStack, store: Store) -> None:
    train(stack, "flawed", {"fail_at_step": 1})
    train(stack, "unwanted", {"hang_at_step": 1})
    stack.wait_for("unwanted", "running")
    stack.http.post("/jobs/unwanted/stop")

    stack.wait_for("flawed", "failed")
    stack.wait_for("unwanted", "cancelled")

    eventually(store.deployer.expected, lambda ids: ids == [])
    assert stack.get_deployments() == []
    assert events(stack, "flawed", "deploy_failed") == ["it was not deployed: it has failed"]
    assert events(stack, "unwanted", "deploy_failed") == ["it was not deployed: it was cancelled"]


def test_a_deployment_that_is_refused_is_told_in_the_trainings_events(stack: RealStack, store: Store) -> None:
    train(stack, "first", name="owner", version="v1", port=PORT)
    (owner,) = deployments(stack, 1)
    assert owner["deploy_port"] == PORT

    train(stack, "second", name="other", port=PORT)
    train(stack, "third", name="owner", version="v1")

    assert eventually(lambda: events(stack, "second", "deploy_failed"), bool) == [
        f"it was not deployed: port {PORT} is leased by {owner['job_id']}; ask for another one, or for none"
    ]
    assert eventually(lambda: events(stack, "third", "deploy_failed"), bool) == [
        f"it was not deployed: version v1 of owner is another model, that of {owner['job_id']}; choose another version"
    ]
    eventually(store.deployer.expected, lambda ids: ids == [])


def test_whoever_deploys_it_and_however_often_it_is_deployed_once(
    stack: RealStack, store: Store, deployer_away: Callable[[], None]
) -> None:
    """A deployer may be killed between submitting a deployment and forgetting that it was to do so."""
    train(stack, "once", replicas=2)
    stack.wait_for("once", "completed")
    assert store.deployer.expected() == ["once"]
    deployer_away()
    made = deployments(stack, 2)
    eventually(store.deployer.expected, lambda ids: ids == [])

    store.client.sadd(keys.DEPLOYMENTS_AFTER, "once")

    eventually(store.deployer.expected, lambda ids: ids == [])
    assert [job["job_id"] for job in stack.get_deployments()] == [job["job_id"] for job in made]
    assert events(stack, "once", "deploy") == ["its model is deployed as once~deploy-1, once~deploy-1.2"] * 2
    found = store.models.get("once")
    assert found is not None
    assert (found.wanted, found.active) == ("v1", "v1")
