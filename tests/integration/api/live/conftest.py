"""One API process for all tests of streams and long polls, over the tier's Redis."""

from collections.abc import Iterator

import pytest

from client.stack.embedded_redis import EmbeddedRedis
from tests.integration.api.live_server import LiveServer, live_server


@pytest.fixture(scope="session")
def server(redis_server: EmbeddedRedis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("live"), redis_server.socket_path, SSE_MAX_CLIENTS=4) as running:
        yield running
