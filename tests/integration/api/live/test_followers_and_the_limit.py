"""The SDK's followers wait at the service: a key's limit is left to its other requests."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from client.stack.embedded_redis import EmbeddedRedis
from common.states import Verb
from common.store import Store
from common.store.attempts import Report
from swift_trainer.sdk import SwiftTrainer
from tests.integration.api.keyed import BOOTSTRAP
from tests.integration.api.live_server import LiveServer, live_server
from tests.integration.store.test_job_verbs import call, start
from tests.real_stack import eventually

pytestmark = pytest.mark.integration

FOLLOWERS = 6
# Each asks once for what there is, before it waits; at the end it is told so at once, and is done.
ALLOWED = 3 * 2 * FOLLOWERS
LINES = 15


@pytest.fixture
def limited(redis_server: EmbeddedRedis, tmp_path: Path) -> Iterator[LiveServer]:
    settings = {"API_KEY": BOOTSTRAP, "RATE_LIMIT": f"{ALLOWED}/hour", "METRICS_OPEN": "true"}
    with live_server(tmp_path, redis_server.socket_path, **settings) as running:
        yield running


def test_followers_use_up_nothing_while_they_wait(limited: LiveServer, store: Store) -> None:
    job = start(store)
    texts = [""] * FOLLOWERS

    with SwiftTrainer(f"http://127.0.0.1:{limited.port}", BOOTSTRAP) as client, ThreadPoolExecutor(32) as pool:

        def follow(number: int) -> None:
            for page in client.jobs.follow_log(job.id):
                texts[number] += page["text"]

        logs = [pool.submit(follow, number) for number in range(FOLLOWERS)]
        ends = [pool.submit(client.jobs.wait, job.id) for _ in range(FOLLOWERS)]
        for number in range(LINES):
            eventually(limited.clients, lambda count: count == 2 * FOLLOWERS, what="all wait")
            text = f"line {number}\n"
            end = store.attempts.report(job.id, 1, Report()).log_end
            store.attempts.report(job.id, 1, Report(log_from=end, log_chunk=text))
            eventually(lambda: texts, lambda now: all(each.endswith(text) for each in now), what=text)  # noqa: B023
        call(store, Verb.COMPLETE, job)

        assert {end.result(60)["status"] for end in ends} == {"completed"}
        assert [log.result(60) for log in logs] == [None] * FOLLOWERS
    assert set(texts) == {"".join(f"line {number}\n" for number in range(LINES))}
