"""Processes die while models are served: the servers answer on, and what died comes back to the same picture."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import psutil
import pytest

from common.store import Store, keys, open_store
from tests.integration.deploy.deployments.conftest import serving_stack
from tests.integration.deploy.deployments.nothing_is_left import assert_nothing_is_left, forget_all, processes_of
from tests.integration.deploy.deployments.serving import deploy, model
from tests.real_stack import PATIENCE_SECONDS, RealStack, eventually

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    running = serving_stack(tmp_path_factory.mktemp("stack"), INFRA_RETRIES=1)
    yield running
    running.stop()


@pytest.fixture
def store(stack: RealStack) -> Iterator[Store]:
    opened = open_store(stack.settings())
    yield opened
    opened.client.close()


@pytest.fixture(autouse=True)
def consistent(stack: RealStack, store: Store) -> Iterator[None]:
    yield
    forget_all(stack)
    assert_nothing_is_left(stack, store)


@contextmanager
def asked_all_the_while(endpoint: str, api_key: str, name: str) -> Iterator[list[int]]:
    """Asks one question after the other; every one of them has to be answered."""
    answers: list[int] = []
    over = threading.Event()
    body = {"model": name, "messages": [{"role": "user", "content": "hello"}]}
    headers = {"Authorization": f"Bearer {api_key}"}
    client = httpx2.Client(base_url=endpoint, headers=headers, trust_env=False, timeout=PATIENCE_SECONDS)

    def ask() -> None:
        while not over.wait(0.02):
            try:
                answers.append(client.post("/chat/completions", json=body).status_code)
            except httpx2.TransportError:
                answers.append(0)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
        asked = len(answers)
        eventually(lambda: len(answers), lambda count: count > asked, what="a further answer")
    finally:
        over.set()
        thread.join()
        client.close()
    assert set(answers) == {200}


def times_logged(stack: RealStack, name: str, event: str) -> int:
    return stack.log_file(name).read_text().count(event)


def picture(job: dict[str, Any]) -> tuple[Any, ...]:
    fixed = ("status", "process_id", "attempt", "restarts", "endpoint", "deploy_port")
    return tuple(job[name] for name in (*fixed, "started_at", "ready_at", "healthy"))


def test_a_server_answers_on_while_everything_around_it_is_killed(stack: RealStack, store: Store) -> None:
    """Worker, scheduler, API, deployer and Redis, one after the other; then a new deployment still works."""
    made = stack.deploy(model_path=model(stack), name="steady")
    before = stack.wait_for_deployment(made["job_id"], "running")
    assert before["healthy"]
    # The worker tells Redis first and its log then: killed between them, the next one's line would be the first.
    eventually(
        lambda: times_logged(stack, "worker", "server_ready"), lambda count: count == 1, what="the line in its log"
    )
    with asked_all_the_while(before["endpoint"], made["api_key"], "steady"):
        for name in ("worker", "scheduler", "api", "deployer"):
            stack.kill(name)
        stack.redis.kill()
        stack.redis.start()
        for name in ("api", "scheduler", "deployer", "worker"):
            stack.start_process(name)
        stack.wait_until_ready()
        eventually(
            lambda: times_logged(stack, "worker", "server_ready"),
            lambda count: count == 2,
            what="the new worker to look after it",
        )
    after = stack.deployment(made["job_id"])
    assert picture(after) == picture(before)
    assert stack.deployment_events(made["job_id"]) == ["submit", "assign", "start", "ready", "take_over"]
    store.client.delete(keys.DEPLOYER_LOCK)
    stack.wait_for_deployment(deploy(stack, "fresh"), "running")


def test_a_slow_server_that_a_new_worker_adopts_is_not_taken_for_one_that_never_came_up(stack: RealStack) -> None:
    """It came up long ago: it gets the time that a server in trouble gets, and then a restart."""
    job_id = deploy(stack, "slow")
    before = stack.wait_for_deployment(job_id, "running")
    server = psutil.Process(before["process_id"])
    stack.kill("worker")
    server.suspend()
    stack.start_process("worker", DEPLOY_READY_TIMEOUT_SECONDS=0.1)  # of its server long over

    seen = eventually(lambda: stack.deployment(job_id), lambda job: job["unhealthy_since"] or job["status"] == "failed")
    assert seen["status"] == "running"
    server.resume()
    seen = eventually(lambda: stack.deployment(job_id), lambda job: job["healthy"])
    assert seen["process_id"] == before["process_id"]
    stack.kill("worker")
    stack.start_process("worker")
    stack.wait_until_ready()


def test_a_killed_runner_takes_its_server_with_it_and_another_attempt_follows(stack: RealStack) -> None:
    job_id = deploy(stack, "bereft", escape_child=True)
    before = stack.wait_for_deployment(job_id, "running")
    tree = set(processes_of(stack))
    assert len(tree) == 3  # runner, server, escaped
    runner = psutil.Process(before["process_id"]).parent()
    assert runner is not None

    runner.kill()

    seen = eventually(lambda: stack.deployment(job_id), lambda job: job["status"] == "queued", what="queued again")
    assert (seen["reason"], seen["endpoint"]) == ("runner_lost", "")
    # Where no control group could be had, it says that, too.
    assert seen["message"].startswith("its runner was killed")
    assert seen["message"].endswith("; queued again")
    assert not tree & set(processes_of(stack))
    seen = stack.wait_for_deployment(job_id, "running")
    assert (seen["attempt"], seen["healthy"]) == (2, True)


def test_one_of_two_deployers_acts_and_the_other_follows_when_it_is_killed(stack: RealStack, store: Store) -> None:
    first, starts = stack.processes["deployer"], times_logged(stack, "deployer", "deployer_started")
    second = stack.start_process("deployer")
    eventually(lambda: times_logged(stack, "deployer", "deployer_started"), lambda count: count == starts + 1)
    stack.wait_for_deployment(deploy(stack, "pair"), "running")
    owner = eventually(lambda: store.client.get(keys.DEPLOYER_LOCK), bool, what="a deployer that acts")
    old = stack.get_deployments()[0]["job_id"]

    first.kill()
    first.wait()
    # Its turn lasts half a minute; so long nobody acts, and nobody has to wait for that here.
    if store.client.get(keys.DEPLOYER_LOCK) == owner:
        store.client.pexpire(keys.DEPLOYER_LOCK, 1)
    stack.deploy(model_path=model(stack), name="pair", version="v9")

    assert stack.wait_for_deployment(old, "stopped")["reason"] == "superseded"
    assert store.client.get(keys.DEPLOYER_LOCK) != owner
    assert second.poll() is None


def test_the_next_worker_learns_what_happened_to_a_server_and_what_its_user_wants(stack: RealStack) -> None:
    """The server died while no worker was there, and it was stopped while no worker waited for its restart."""
    job_id = deploy(stack, "doomed")
    before = stack.wait_for_deployment(job_id, "running")
    stack.kill("worker")
    os.kill(before["process_id"], signal.SIGKILL)
    stack.start_process("worker", DEPLOY_RESTART_DELAY_SECONDS=60)
    seen = eventually(lambda: stack.deployment(job_id), lambda job: job["restarts"] == 1)
    assert (seen["status"], seen["attempt"], seen["deploy_port"]) == ("starting", 1, before["deploy_port"])
    stack.kill("worker")

    assert stack.deploy_http.post(f"/jobs/{job_id}/stop").json()["status"] == "starting"  # nobody has ended it yet
    stack.start_process("worker")

    assert stack.wait_for_deployment(job_id, "stopped")["reason"] == "cancelled_by_user"
    folders = stack.folder.glob(f"nodes/*/attempts/{job_id}-*/1/serve-*")
    assert [folder.name for folder in folders] == ["serve-1"]


def test_a_worker_with_another_secret_leaves_servers_alone_and_says_why_it_starts_none(stack: RealStack) -> None:
    made = stack.deploy(model_path=model(stack), name="upgraded")
    before = stack.wait_for_deployment(made["job_id"], "running")
    with asked_all_the_while(before["endpoint"], made["api_key"], "upgraded"):
        stack.terminate("worker")  # as an upgrade does it
        stack.start_process("worker", DEPLOYMENT_SECRET="another-secret", INFRA_RETRIES=0)

        seen = stack.wait_for_deployment(deploy(stack, "sealed"), "failed")

        assert (seen["reason"], seen["message"]) == (
            "start_failed",
            "the server's key was sealed with another DEPLOYMENT_SECRET (or API_KEY) than this process has",
        )
        assert picture(stack.deployment(made["job_id"])) == picture(before)
        stack.terminate("worker")
        stack.start_process("worker")
        stack.wait_until_ready()


def test_a_server_answers_on_while_redis_is_away_for_a_while(stack: RealStack) -> None:
    made = stack.deploy(model_path=model(stack), name="calm")
    before = stack.wait_for_deployment(made["job_id"], "running")
    with asked_all_the_while(before["endpoint"], made["api_key"], "calm") as answers:
        stack.redis.kill()
        eventually(lambda: stack.deploy_http.get("/jobs").status_code, lambda status: status == 503)
        asked = len(answers)
        eventually(lambda: len(answers), lambda count: count > asked + 20)
        stack.redis.start()
        after = eventually(lambda: _seen(stack, made["job_id"]), lambda job: job is not None, what="Redis again")
    assert picture(after) == picture(before)


def _seen(stack: RealStack, job_id: str) -> dict[str, Any] | None:
    answer = stack.deploy_http.get(f"/jobs/{job_id}")
    return answer.json() if answer.status_code == 200 else None
