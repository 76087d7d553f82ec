"""`swt up` migrates the store of its own Redis before anything else works on it, and refuses one that is too new."""

from pathlib import Path

import pytest
import redis

from client.stack.embedded_redis import EmbeddedRedis
from client.stack.errors import StackError
from client.stack.processes import migrate_store
from client.stack.settings import StackSettings, child_environ
from client.stack.supervisor import Supervisor
from common.store import keys
from common.store.migrations import VERSION
from tests.old_stores.capture import VERSION_0, restore

pytestmark = pytest.mark.integration


def client_of(stack: StackSettings, server: EmbeddedRedis) -> redis.Redis:
    db = int(child_environ(stack, server.socket_path, "scheduler")["REDIS_DB"])
    return redis.Redis(unix_socket_path=str(server.socket_path), db=db, decode_responses=True)


def test_an_old_store_is_migrated_and_a_newer_one_refused(data_dir: Path) -> None:
    stack = StackSettings(data_dir, "127.0.0.1", 8000, "a-key-of-sixteen-characters", {}, Path("/swift/bin/python"))
    with EmbeddedRedis(data_dir) as server, client_of(stack, server) as client:
        restore(client, VERSION_0)

        migrate_store(stack)

        assert client.hget(keys.STORE, "version") == str(VERSION)
        assert client.zcard(keys.ENDED) == 12

        client.hset(keys.STORE, "version", VERSION + 1)
        with pytest.raises(StackError, match=f"^the store in Redis has version {VERSION + 1}, and this release knows"):
            migrate_store(stack)


def test_nothing_is_started_on_a_store_that_was_refused(data_dir: Path) -> None:
    redis_server, never = EmbeddedRedis(data_dir), EmbeddedRedis(data_dir / "never")
    supervisor = Supervisor([[redis_server], [never]], print)

    def refuse() -> None:
        assert redis_server.is_up()
        raise StackError("too new")

    with pytest.raises(StackError, match="too new"):
        supervisor.start(once_up=refuse)

    assert (redis_server.pid, never.pid) == (None, None)
    assert not never.log_path.exists()
