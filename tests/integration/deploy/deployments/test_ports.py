"""Ports on a real node: leased ones are refused, strangers' are noticed, and nobody is ever sent to a wrong server."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psutil
import pytest

from common.store import Store, keys
from tests.integration.deploy.deployments.serving import ask, deploy, messages, model
from tests.ports import free_port
from tests.real_stack import RealStack, eventually

pytestmark = pytest.mark.integration


@contextmanager
def stranger(port: int) -> Iterator[None]:
    """A process outside the service that listens there, and says nothing."""
    with socket.create_server(("127.0.0.1", port)):
        yield


def next_ports(stack: RealStack, store: Store, count: int) -> list[int]:
    """What the node will give to the next servers: one after the other, round its range."""
    first, last = map(int, str(stack.environment["DEPLOY_PORT_RANGE"]).split("-"))
    given = int(store.client.hget(keys.node("node-1"), "last_port") or first - 1)
    return [first + (given - first + step) % (last - first + 1) for step in range(1, count + 1)]


def test_a_port_that_another_has_is_refused_with_its_name(stack: RealStack) -> None:
    port = free_port()
    made = stack.deploy(model_path=model(stack), name="owner", port=port)
    assert made["port"] == port
    assert stack.wait_for_deployment(made["job_id"], "running")["deploy_port"] == port
    held = stack.deploy(model_path=model(stack), name="held", auto_start=False)["job_id"]

    submitted = stack.deploy_http.post("/jobs", json={"model_path": model(stack), "name": "late", "port": port})
    added = stack.deploy_http.post(f"/queue/{held}/add", params={"port": port})

    for answer in (submitted, added):
        assert (answer.status_code, answer.json()["code"]) == (409, "state_conflict")
        assert answer.json()["detail"] == f"port {port} is leased by owner~deploy-1; ask for another one, or for none"
    assert stack.deployment(held)["held"] is True
    assert [job["name"] for job in stack.get_deployments()] == ["held", "owner"]


def test_a_request_that_is_sent_twice_is_not_in_its_own_way(stack: RealStack) -> None:
    """The port that it asked for is leased: by itself."""
    body = {"model_path": model(stack), "name": "twice", "port": free_port(), "replicas": 1}
    first = stack.deploy_http.post("/jobs", json=body, headers={"Idempotency-Key": "ports"})
    stack.wait_for_deployment("twice~deploy-1", "running")

    again = stack.deploy_http.post("/jobs", json=body, headers={"Idempotency-Key": "ports"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json()["job_id"], again.json()["version"]) == ("twice~deploy-1", "v1")
    assert "api_key" not in again.json()  # it was shown once
    assert stack.deploy_http.get("/models/twice").json()["model"]["wanted"] == "v1"


def test_a_port_that_was_asked_for_and_a_stranger_has_ends_the_deployment(stack: RealStack) -> None:
    port = free_port()
    with stranger(port):
        job_id = stack.deploy(model_path=model(stack), name="asked", port=port)["job_id"]

        seen = stack.wait_for_deployment(job_id, "failed")

    assert (seen["reason"], seen["deploy_port"], seen["endpoint"]) == ("port_taken", None, "")
    assert seen["message"] == (
        f"it could not have port {port}, which was asked for: another process listens on port {port}; ask for another "
        "one, or for none"
    )


def test_a_port_that_a_stranger_has_is_left_for_another_one(stack: RealStack, store: Store) -> None:
    taken, free = next_ports(stack, store, 2)
    with stranger(taken):
        made = stack.deploy(model_path=model(stack), name="moved")

        seen = eventually(lambda: stack.deployment(made["job_id"]), lambda job: job["status"] == "running")

        assert (seen["deploy_port"], seen["attempt"]) == (free, 2)
        assert messages(stack, seen["job_id"], "requeue") == [f"another process listens on port {taken}; queued again"]
        assert messages(stack, seen["job_id"], "ready") == [f"answers as moved at http://127.0.0.1:{free}/v1"]
        assert ask(seen["endpoint"], made["api_key"], "moved").status_code == 200


def test_a_server_whose_port_is_taken_while_it_is_down_moves(
    stack: RealStack, worker_with: Callable[..., None]
) -> None:
    """The stranger was quicker than the restart: the endpoint that is published then is the new one."""
    worker_with(DEPLOY_RESTART_DELAY_SECONDS=5)
    job_id = deploy(stack, "robbed")
    before = stack.wait_for_deployment(job_id, "running")
    with ExitStack() as held:

        def robbed() -> bool:
            try:
                held.enter_context(stranger(before["deploy_port"]))
            except OSError:
                return False
            return True

        psutil.Process(before["process_id"]).kill()
        eventually(robbed, bool, what="the port")

        seen = eventually(
            lambda: stack.deployment(job_id), lambda job: job["status"] == "running" and job["attempt"] == 2
        )

    assert seen["deploy_port"] != before["deploy_port"]
    assert seen["endpoint"] == f"http://127.0.0.1:{seen['deploy_port']}/v1"
