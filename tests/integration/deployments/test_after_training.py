"""What a training made is deployed when it is done, if that was asked for with it; once, whoever dies meanwhile."""

from dataclasses import replace
from typing import Any

import pytest

from common import keys
from common.ids import new_task_id
from common.jobs import JobSpec, TaskType
from common.store import Store
from deploy.requests import DeployRequest, dump_request
from deploy.sealing import seal
from tests.builders import make_job
from tests.integration.deployments.serving import ask, messages
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.integration

KEY = "sk-a-key-that-the-user-chose"


def train(stack: RealStack, store: Store, job_id: str, /, knobs: dict[str, Any] | None = None, **request: Any) -> None:
    """A training that is to be deployed, as the API submits it."""
    quick = {"steps": 2, "seconds_per_step": 0.01, "export_seconds": 0.01, **(knobs or {})}
    inputs = fake_inputs(stack.folder, **quick)
    wanted = DeployRequest(model_path="", sealed_api_key=seal(stack.settings(), KEY), **request)
    spec = JobSpec(
        TaskType.LLM,
        inputs["model_path"],
        inputs["data_path"],
        f"output/{job_id}",
        params={"num_epochs": 1, "save_only_model": True},
        then_deploy=dump_request(wanted),
    )
    store.jobs.submit(make_job(job_id, spec=spec, task_id=new_task_id()), "accepted")


def events(stack: RealStack, job_id: str, kind: str) -> list[str]:
    found = stack.get(f"/jobs/{job_id}/events", limit=500)["events"]
    return [event["message"] for event in found if event["type"] == kind]


def test_a_finished_training_is_deployed_under_its_own_name(stack: RealStack, store: Store) -> None:
    train(stack, store, "lesson")

    trained = stack.wait_for("lesson", "completed")
    seen = eventually(stack.get_deployments, lambda jobs: jobs and jobs[0]["status"] == "running")[0]

    assert (seen["job_id"], seen["name"], seen["version"]) == ("lesson~deploy-1", "lesson", "v1")
    assert (seen["source_job_id"], seen["model_path"]) == ("lesson", trained["export_path"])
    assert seen["constraints"]["node_names"] == ["node-1"]  # where the model is
    assert ask(seen["endpoint"], KEY, "lesson").status_code == 200
    assert events(stack, "lesson", "deploy") == ["its model is deployed as lesson~deploy-1"]
    assert store.deployments.expected() == []


def test_a_training_that_failed_is_not_deployed_and_says_so(stack: RealStack, store: Store) -> None:
    train(stack, store, "flawed", {"fail_at_step": 1})

    stack.wait_for("flawed", "failed")

    eventually(store.deployments.expected, lambda ids: ids == [])
    assert stack.get_deployments() == []
    assert events(stack, "flawed", "deploy_failed") == ["it was not deployed: the job is failed"]


def test_a_deployment_that_is_refused_is_told_in_the_trainings_events(stack: RealStack, store: Store) -> None:
    port = 31998
    held = {"name": "owner", "version": "v1", "replicas": 1}
    train(stack, store, "first", **held, port=port)
    stack.wait_for("first", "completed")
    owner = eventually(stack.get_deployments, lambda jobs: jobs and jobs[0]["status"] == "running")[0]
    assert owner["deploy_port"] == port

    train(stack, store, "second", name="other", port=port)
    train(stack, store, "third", **held)

    refused = eventually(lambda: events(stack, "second", "deploy_failed"), bool)
    assert refused == [
        f"it was not deployed: port {port} is leased by {owner['job_id']}; ask for another one, or for none"
    ]
    assert eventually(lambda: events(stack, "third", "deploy_failed"), bool) == [
        f"it was not deployed: version v1 of owner is another model, that of {owner['job_id']}; choose another version"
    ]


def test_a_deployer_that_was_killed_in_the_middle_is_followed_by_one_that_deploys_once(
    stack: RealStack, store: Store
) -> None:
    stack.kill("deployer")
    train(stack, store, "once", replicas=2)
    stack.wait_for("once", "completed")
    store.client.delete("st:deployer:lock")
    stack.start_process("deployer")
    made = eventually(stack.get_deployments, lambda jobs: len(jobs) == 2)
    eventually(store.deployments.expected, lambda ids: ids == [])

    store.client.sadd(keys.DEPLOYMENTS_AFTER, "once")  # as if it had been killed before it forgot

    eventually(store.deployments.expected, lambda ids: ids == [])
    assert sorted(job["job_id"] for job in stack.get_deployments()) == sorted(job["job_id"] for job in made)
    assert events(stack, "once", "deploy") == ["its model is deployed as once~deploy-1, once~deploy-1.2"] * 2
    assert messages(stack, "once~deploy-1", "submit") == ["accepted from the user with priority 0"]
    found = store.deployments.model("once")
    assert found is not None
    assert found.wanted == "v1"


def test_a_key_that_is_not_sealed_is_never_kept() -> None:
    with pytest.raises(ValueError, match="has to be sealed"):
        dump_request(replace(DeployRequest(model_path="x"), api_key=KEY))
