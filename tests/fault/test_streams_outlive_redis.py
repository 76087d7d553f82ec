"""A stream stays open while Redis is away, and goes on where it was."""

from collections.abc import Callable
from pathlib import Path

import pytest

from client.stack.embedded_redis import EmbeddedRedis
from common.settings import Settings
from common.states import Verb
from common.store import Store, open_store
from common.store.attempts import Report
from tests.integration.api.live_server import Message, live_server
from tests.integration.store.test_job_verbs import start

pytestmark = pytest.mark.fault


def test_a_stream_goes_on_when_redis_is_back(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as redis, live_server(tmp_path, redis.socket_path) as server:
        store: Store = open_store(make_settings(REDIS_SOCKET=redis.socket_path))
        job = start(store)
        store.attempts.report(job.id, 1, Report(log_chunk="one\n"))

        with server.stream(f"/jobs/{job.id}/logs") as found:
            first = next(found)
            redis.kill()
            beats = [next(found), next(found)]
            away = server.http.get("/metrics").text
            redis.start()
            store.attempts.report(job.id, 1, Report(log_from=4, log_chunk="two\n"))
            store.attempts.end(job.id, 1, Verb.COMPLETE, None, "trained")
            rest = [message for message in found if isinstance(message, Message)]
        store.client.close()

    assert isinstance(first, Message)
    assert beats == ["heartbeat", "heartbeat"]
    assert "swift_trainer_redis_up 0.0" in away
    assert [(message.id, message.event) for message in rest] == [("1:8", "log"), ("1:8", "end")]
