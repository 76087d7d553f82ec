"""One gateway for all tests here that do not ask for another, and servers behind it."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from client.stack.embedded_redis import EmbeddedRedis
from tests.integration.deploy.gateway.fake_server import FakeServer, Script
from tests.integration.deploy.gateway.gateway_process import GatewayProcess, gateway_process

MakeServer = Callable[..., FakeServer]

_numbers = count()


# Not of the session: what it has counted it writes a moment later, then into the Redis of somebody else's test.
@pytest.fixture(scope="package")
def gateway(tmp_path_factory: pytest.TempPathFactory, redis_server: EmbeddedRedis) -> Iterator[GatewayProcess]:
    with gateway_process(tmp_path_factory.mktemp("gateway"), redis_server.socket_path) as running:
        yield running


@pytest.fixture
def start_gateway(tmp_path: Path, redis_server: EmbeddedRedis) -> Callable[..., object]:
    """A gateway with settings of its own, as a context."""
    return lambda **environment: gateway_process(tmp_path, redis_server.socket_path, **environment)


@pytest.fixture
def make_server() -> Iterator[MakeServer]:
    made: list[FakeServer] = []

    def make(script: Script, port: int = 0) -> FakeServer:
        made.append(FakeServer(script, port))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture
def model() -> str:
    """A name that no other test uses."""
    return f"model-{next(_numbers)}"
