"""What Redis acknowledged survives its kill, also beside a busy disk."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from client.stack.embedded_redis import EmbeddedRedis

pytestmark = pytest.mark.fault

BLOCK = os.urandom(8 * 1024 * 1024)


@contextmanager
def busy_disk(folder: Path) -> Iterator[None]:
    """Somebody writes and syncs beside Redis, so that its own syncs take long."""
    stop = threading.Event()

    def hog() -> None:
        with (folder / "hog").open("wb") as file:
            while not stop.is_set():
                file.seek(0)
                for _ in range(8):
                    file.write(BLOCK)
                file.flush()
                os.fsync(file.fileno())

    thread = threading.Thread(target=hog)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_an_acknowledged_write_survives_a_kill_beside_a_busy_disk(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server, busy_disk(tmp_path):
        for _ in range(3):
            client = redis.Redis(unix_socket_path=str(server.socket_path), decode_responses=True)
            acknowledged = write_until_a_sync_is_under_way(client)
            client.close()
            server.kill()
            server.start()

            after = redis.Redis(unix_socket_path=str(server.socket_path), decode_responses=True)
            kept = int(after.get("count"))
            after.close()
            assert kept >= acknowledged


def write_until_a_sync_is_under_way(client: redis.Redis) -> int:
    """The last acknowledged value. That moment is when a server that syncs in the background puts writes off."""
    until = time.monotonic() + 3
    while time.monotonic() < until:
        client.incr("count")
        if client.info("persistence")["aof_pending_bio_fsync"]:
            return client.incr("count")
    return client.incr("count")
