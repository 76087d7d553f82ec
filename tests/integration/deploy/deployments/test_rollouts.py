"""Versions of a name: at every moment exactly one answers, and no version takes another down before it does itself."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from common.store import Store
from deploy.routes import read_replicas
from tests.integration.deploy.deployments.serving import ask, messages, model
from tests.real_stack import RealStack, eventually

pytestmark = pytest.mark.integration


def deploy(stack: RealStack, version: str = "", *, name: str = "tiny", **body: Any) -> str:
    knobs = body.pop("knobs", {})
    path = body.pop("model_path", None) or model(stack, **knobs)
    named = {"version": version} if version else {}
    return str(stack.deploy(model_path=path, name=name, **named, **body)["job_id"])


def model_seen(stack: RealStack, name: str = "tiny") -> dict[str, Any]:
    return stack.deploy_http.get(f"/models/{name}").raise_for_status().json()["model"]


def active(stack: RealStack, version: str) -> dict[str, Any]:
    return eventually(lambda: model_seen(stack), lambda seen: seen["active"] == version, what=f"{version} answers")


def roll_back(stack: RealStack, version: str = "") -> dict[str, Any]:
    body = {"version": version} if version else {}
    return stack.deploy_http.post("/models/tiny/rollback", json=body).raise_for_status().json()


@contextmanager
def routes_watched(stack: RealStack, store: Store) -> Iterator[list[tuple[str, ...]]]:
    """The versions that a gateway would send requests to, each time that they change; one of them, at every moment."""
    changes: list[tuple[str, ...]] = []
    settings, over = stack.settings(), threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            versions = tuple(sorted({replica.version for replica in read_replicas(store, settings)}))
            if not changes or changes[-1] != versions:
                changes.append(versions)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield changes
    finally:
        over.set()
        thread.join()
    assert {len(versions) for versions in changes} == {1}, changes


def test_a_new_version_takes_over_when_it_answers_and_the_old_one_ends(stack: RealStack, store: Store) -> None:
    first = deploy(stack, "v1")
    stack.wait_for_deployment(first, "running")
    path = Path(model(stack))
    (path / "hang").touch()  # it listens and does not answer yet
    with routes_watched(stack, store) as changes:
        second = deploy(stack, "v2", model_path=str(path))
        stack.wait_for_deployment(second, "starting")
        assert (model_seen(stack)["active"], model_seen(stack)["wanted"]) == ("v1", "v2")

        (path / "hang").unlink()

        ended = stack.wait_for_deployment(first, "stopped")

    assert changes == [("v1",), ("v2",)]
    assert (ended["reason"], ended["message"]) == (
        "superseded",
        "stopped because another version answers; all its processes have ended",
    )
    assert messages(stack, first, "cancel_requested") == ["version v2 of tiny answers in the place of v1"]
    assert messages(stack, second, "take_over") == ["version v2 answers for model tiny from now on"]
    assert model_seen(stack)["previous"] == "v1"
    eventually(lambda: stack.celery_state(ended["task_id"]), lambda state: state == "REVOKED")


def test_a_version_that_never_got_its_turn_ends_with_the_one_it_was_to_replace(
    stack: RealStack, deployer_away: Callable[[], None]
) -> None:
    """It waits for GPUs when a later version takes over."""
    everything = {"constraints": {"node_names": ["nobody"]}}
    stack.wait_for_deployment(deploy(stack, "v1"), "running")
    late = stack.wait_for_deployment(deploy(stack, "v2", **everything), "queued")
    assert late["reason"] == ""
    stack.wait_for_deployment(deploy(stack, "v3"), "running")

    deployer_away()

    seen = stack.wait_for_deployment(late["job_id"], "stopped")
    assert (seen["reason"], seen["message"]) == ("superseded", "version v3 of tiny answers in the place of v2")
    eventually(lambda: stack.celery_state(seen["task_id"]), lambda state: state == "REVOKED")


def test_a_version_that_fails_leaves_the_old_one_in_its_place(stack: RealStack, store: Store) -> None:
    stack.wait_for_deployment(deploy(stack, "v1"), "running")
    with routes_watched(stack, store) as changes:
        stack.wait_for_deployment(deploy(stack, "v2", knobs={"fail_at_start": True}), "failed")
        stack.wait_for_deployment(deploy(stack, "v3", knobs={"served_name": "other"}), "failed")
        assert (model_seen(stack)["active"], model_seen(stack)["wanted"]) == ("v1", "v3")

        answer = roll_back(stack)  # back from what never answered

        assert (answer["version"], answer["took_over"]) == ("v1", True)
        assert (model_seen(stack)["active"], model_seen(stack)["wanted"]) == ("v1", "v1")
    assert changes == [("v1",)]


def test_a_roll_back_starts_the_stopped_version_and_lets_it_take_over(stack: RealStack, store: Store) -> None:
    first = deploy(stack, "v1")
    stack.wait_for_deployment(first, "running")
    second = deploy(stack, "v2")
    stack.wait_for_deployment(first, "stopped")
    with routes_watched(stack, store) as changes:
        answer = roll_back(stack)

        assert (answer["version"], answer["active"], answer["took_over"]) == ("v1", "v2", False)
        assert answer["message"] == "version v1 of tiny is being started and takes over when it answers"
        assert stack.wait_for_deployment(first, "running")["attempt"] == 2
        stack.wait_for_deployment(second, "stopped")
    assert changes == [("v2",), ("v1",)]
    assert model_seen(stack)["previous"] == "v2"


def test_a_roll_back_to_a_version_that_still_runs_takes_over_at_once(
    stack: RealStack, store: Store, deployer_away: Callable[[], None]
) -> None:
    """Both are kept, as while the old one drains."""
    stack.wait_for_deployment(deploy(stack, "v1"), "running")
    second = deploy(stack, "v2")
    active(stack, "v2")
    with routes_watched(stack, store) as changes:
        answer = roll_back(stack)

        assert (answer["version"], answer["active"], answer["took_over"]) == ("v1", "v1", True)
        assert answer["message"] == "version v1 of tiny answers again"
        deployer_away()
        stack.wait_for_deployment(second, "stopped")
    assert changes in ([("v1",)], [("v2",), ("v1",)])


def test_a_roll_back_to_a_version_that_is_just_being_stopped_starts_it_again(stack: RealStack, store: Store) -> None:
    first = deploy(stack, "v1", knobs={"ignore_term": True})
    stack.wait_for_deployment(first, "running")
    second = deploy(stack, "v2")
    eventually(lambda: stack.deployment(first)["cancel_requested_at"], bool, what="the end of v1 to begin")
    with routes_watched(stack, store) as changes:
        answer = roll_back(stack)

        assert (answer["version"], answer["took_over"]) == ("v1", False)
        active(stack, "v1")
        assert stack.deployment(first)["attempt"] == 2
        stack.wait_for_deployment(second, "stopped")
    assert changes == [("v2",), ("v1",)]


def test_a_version_that_hung_when_it_was_wanted_again_takes_over_when_it_recovers(
    stack: RealStack, deployer_away: Callable[[], None]
) -> None:
    first = deploy(stack, "v1")
    hang = Path(stack.wait_for_deployment(first, "running")["model_path"]) / "hang"
    deploy(stack, "v2")
    active(stack, "v2")
    hang.touch()
    eventually(lambda: stack.deployment(first)["unhealthy_since"], bool)

    assert roll_back(stack, "v1")["took_over"] is False
    hang.unlink()

    active(stack, "v1")


def test_replicas_answer_together_and_end_together(stack: RealStack, store: Store) -> None:
    made = stack.deploy(model_path=model(stack), name="tiny", version="v1", replicas=3)
    assert made["replica_ids"] == ["tiny~deploy-1", "tiny~deploy-1.2", "tiny~deploy-1.3"]
    seen = [stack.wait_for_deployment(job_id, "running") for job_id in made["replica_ids"]]
    assert len({job["deploy_port"] for job in seen}) == 3
    replicas = read_replicas(store, stack.settings())
    assert [replica.deployment_id for replica in replicas] == made["replica_ids"]
    assert [ask(f"{each.base_url}/v1", made["api_key"], "tiny").status_code for each in replicas] == [200] * 3

    stack.deploy_http.post("/jobs/tiny~deploy-1/stop")

    for job_id in made["replica_ids"]:
        assert stack.wait_for_deployment(job_id, "stopped")["reason"] == "cancelled_by_user"
    stack.deploy_http.post("/jobs/tiny~deploy-1/start")
    for job_id in made["replica_ids"]:
        assert stack.wait_for_deployment(job_id, "running")["attempt"] == 2


def test_a_version_is_one_model(stack: RealStack) -> None:
    path = model(stack)
    first = deploy(stack, "v2", model_path=path, auto_start=False)

    other = stack.deploy_http.post("/jobs", json={"model_path": model(stack), "name": "tiny", "version": "v2"})

    assert (other.status_code, other.json()["code"]) == (409, "state_conflict")
    assert other.json()["detail"] == f"version v2 of tiny is another model, that of {first}; choose another version"
    assert deploy(stack, "v2", model_path=path, auto_start=False) == "tiny~deploy-2"
    # A version that is made up is never one that somebody chose.
    unnamed = deploy(stack, auto_start=False)
    assert stack.deployment(unnamed)["version"] == "v3"
    assert stack.deployment(deploy(stack, auto_start=False, name="tiny"))["version"] == "v4"


def test_there_is_nothing_to_roll_back_to(stack: RealStack) -> None:
    deploy(stack, "v1", auto_start=False)

    unnamed = stack.deploy_http.post("/models/tiny/rollback", json={})
    named = stack.deploy_http.post("/models/tiny/rollback", json={"version": "v9"})
    unknown = stack.deploy_http.post("/models/nobody/rollback", json={})

    assert [answer.status_code for answer in (unnamed, named, unknown)] == [409, 409, 404]
    assert unnamed.json()["detail"] == "model tiny never had another version"
    assert named.json()["detail"] == "model tiny has no version 'v9'"
    assert unknown.json()["code"] == "model_not_found"
