"""A stack that serves with a fake swift: the real processes, the real launcher, short times.

Short is what a test waits for. What would end a server that is merely slow, on a busy machine, is long: a test about
such a limit sets it for itself (worker_with).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common.store import Store, keys, open_store
from tests.integration.deploy.deployments.nothing_is_left import assert_nothing_is_left, forget_all
from tests.ports import free_port
from tests.real_stack import RealStack

QUICK = {
    "GPU_SLOTS": "cpu:16",
    "NODE_TTL_SECONDS": 300,
    "DEPLOY_PROBE_SECONDS": 0.2,
    "DEPLOY_PROBE_TIMEOUT_SECONDS": 2,
    "DEPLOY_UNHEALTHY_SECONDS": 300,
    "DEPLOY_RESTART_DELAY_SECONDS": 0.5,
    "DEPLOY_RESTARTS_MAX": 2,
    "DEPLOY_READY_TIMEOUT_SECONDS": 300,
    "DEPLOY_STABLE_SECONDS": 300,
    "DEPLOY_DRAIN_SECONDS": 1,
    "STOP_GRACE_SECONDS": 0.5,
    "DEPLOYMENT_SECRET": "a-secret-of-this-stack-that-nobody-may-read",
}


def serving_stack(folder: Path, **settings: object) -> RealStack:
    """It runs, with these settings changed."""
    made = RealStack(folder, free_port(), **{**QUICK, **settings})
    return made.start()


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    running = serving_stack(tmp_path_factory.mktemp("stack"))
    yield running
    running.stop()


@pytest.fixture(scope="package")
def store(stack: RealStack) -> Iterator[Store]:
    """The stack's own Redis, for what the API does not tell and for what it would refuse."""
    opened = open_store(stack.settings())
    yield opened
    opened.client.close()


@pytest.fixture
def worker_with(stack: RealStack) -> Iterator[Callable[..., None]]:
    """Another worker in the place of the stack's, with settings of the test, until that is over."""

    def replace(**settings: object) -> None:
        stack.replace("worker", **settings)

    yield replace
    stack.replace("worker")


@pytest.fixture
def deployer_away(stack: RealStack, store: Store) -> Iterator[Callable[[], None]]:
    """Nobody reconciles, until the test calls for the next deployer or is over."""
    stack.kill("deployer")

    def come_back() -> None:
        if stack.processes["deployer"].poll() is not None:
            store.client.delete(keys.DEPLOYER_LOCK)  # its turn, which lasts half a minute
            stack.start_process("deployer")

    yield come_back
    come_back()


@pytest.fixture(autouse=True)
def consistent(stack: RealStack, store: Store) -> Iterator[None]:
    """After each test its deployments are deleted, and nothing of them is left anywhere."""
    yield
    forget_all(stack)
    assert_nothing_is_left(stack, store)
