"""A real Redis server for the tier, emptied for each test."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from client.stack.embedded_redis import EmbeddedRedis
from common.settings import Settings
from common.store import Store, open_store
from common.store.consistency import inconsistencies
from tests.ports import free_port
from tests.real_stack import RealStack
from tests.redis_proxy import LossyProxy, lossy_proxy

THREAD_SECONDS = 10


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def settings(make_settings: Callable[..., Settings], redis_server: EmbeddedRedis, tmp_path: Path) -> Settings:
    # The heartbeat that a test gives a node once has to last until its end, however busy the machine is.
    return make_settings(REDIS_SOCKET=redis_server.socket_path, NODE_TTL_SECONDS=600)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty store; whatever the test does to it has to leave it consistent."""
    opened = open_store(settings)
    opened.client.flushall()
    yield opened
    for thread in threading.enumerate():
        if thread.name == "swift-options":  # one that is cut off in its answer would be told of in another test
            thread.join(THREAD_SECONDS)
    assert inconsistencies(opened) == []
    opened.client.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """The service's real processes, with a fake swift; a node is not lost while its worker is slow to come back."""
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port(), NODE_TTL_SECONDS=60)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def consistent(stack: RealStack) -> Iterator[None]:
    """After the test, records, indexes and leases agree."""
    yield
    stack.expect_consistent()


@pytest.fixture
def proxy(settings: Settings, tmp_path: Path) -> Iterator[LossyProxy]:
    """Before the tier's Redis; loses the answers that a test tells it to."""
    with lossy_proxy(tmp_path, Path(settings.redis_socket)) as running:
        yield running
