"""What `/readyz`, `/training/health`, the doctor and the metrics tell of a Redis that is full, a replica, or behind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from flask.testing import FlaskClient

from client.stack.embedded_redis import EmbeddedRedis
from common.store import Store, strain
from tests.eventually import eventually
from tests.fault.redis_refusals import CUT_OFF, DEMOTED, FULL, REFUSALS, WITHOUT_REPLICAS, Refusal, hanging, refusing
from tests.integration.api.expect import TRAINING, expect_problem
from tests.ports import free_port

pytestmark = pytest.mark.integration

SAID = {
    FULL: "Redis is full: it has reached its maxmemory, give it more",
    DEMOTED: "this Redis is a replica and takes no writes: use its master, or make it one (REPLICAOF NO ONE)",
    WITHOUT_REPLICAS: (
        "Redis takes no writes while too few replicas keep up: mend them, or lower its min-replicas-to-write"
    ),
    CUT_OFF: "this Redis is a replica that has lost its master: mend that, or use its master instead",
}


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """One of its own: what it is made to be would be in the way of others."""
    with EmbeddedRedis(tmp_path_factory.mktemp("strained")) as server:
        yield server


@pytest.fixture
def replica(store: Store, tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """In step with the store's server."""
    port = free_port()
    store.client.config_set("port", port)
    with EmbeddedRedis(tmp_path / "replica") as server, redis.Redis(unix_socket_path=str(server.socket_path)) as client:
        client.replicaof("127.0.0.1", port)
        eventually(
            lambda: store.client.info("replication").get("slave0", {}).get("state"), lambda seen: seen == "online"
        )
        yield server
    store.client.config_set("port", 0)


def saves_again(store: Store) -> None:
    """What failed once is told until a save succeeds."""
    eventually(lambda: store.client.info("persistence")["rdb_bgsave_in_progress"], lambda saving: not saving)
    store.client.bgsave()
    eventually(lambda: store.client.info("persistence")["rdb_last_bgsave_status"], lambda status: status == "ok")


def ready(client: FlaskClient) -> tuple[int, str]:
    """The status, and what is said of Redis."""
    answer = client.get("/readyz")
    return answer.status_code, answer.json.get("redis", "") if answer.status_code == 200 else answer.json["detail"]


def healthy_redis(client: FlaskClient) -> str:
    said: str = client.get(f"{TRAINING}/health").json["services"]["redis"]
    return said


def findings(client: FlaskClient) -> dict[str, dict[str, Any]]:
    return {found["code"]: found for found in client.get("/api/v1/doctor").json["findings"]}


def metric(client: FlaskClient, name: str) -> float:
    lines = client.get("/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"swift_trainer_redis_{name} "))


def test_one_that_is_well_is_connected(client: FlaskClient) -> None:
    assert ready(client) == (200, "connected")
    assert healthy_redis(client) == "connected"
    assert [code for code in findings(client) if code.startswith("redis_")] == []
    assert (metric(client, "memory_used_ratio"), metric(client, "replica_lag_seconds")) == (0, 0)
    assert 0 < metric(client, "write_seconds") < 60


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_one_that_takes_no_writes_is_told_with_the_way_out(client: FlaskClient, store: Store, refusal: Refusal) -> None:
    store.facts.read()  # as every node has done long ago: it gives the store its name

    with refusing(store.client, refusal):
        eventually(lambda: ready(client), lambda seen: seen == (503, SAID[refusal]))
        expect_problem(client.get("/readyz"), 503, refusal.code)
        health = client.get(f"{TRAINING}/health")
        asked = client.get("/api/v1/doctor")

        assert (health.status_code, health.json["services"]["redis"]) == (503, SAID[refusal])
        if refusal is CUT_OFF:  # it does not even answer questions
            assert expect_problem(asked, 503)["detail"] == SAID[refusal]
        else:
            [found] = [one for one in asked.json["findings"] if one["code"] == "redis_refuses_writes"]
            assert (found["severity"], found["message"]) == ("problem", f"{SAID[refusal]}.")
    eventually(lambda: ready(client)[0], lambda status: status == 200)


def test_one_whose_disk_fails_is_told_so(client: FlaskClient, store: Store, redis_server: EmbeddedRedis) -> None:
    in_the_way = redis_server.data_dir / "redis" / "dump.rdb"
    (in_the_way / "full").mkdir(parents=True)
    store.client.config_set("save", "3600 1")
    try:
        store.client.bgsave()
        said = "Redis cannot save what it is told: its disk is full or fails, make room there and see its log"
        eventually(lambda: ready(client), lambda seen: seen == (503, said))
        expect_problem(client.get("/readyz"), 503, "store_full")
    finally:
        (in_the_way / "full").rmdir()
        in_the_way.rmdir()
        store.client.config_set("save", "")
        saves_again(store)
    eventually(lambda: ready(client)[0], lambda status: status == 200)


def test_one_that_takes_writes_which_it_cannot_save_is_told(
    client: FlaskClient, store: Store, redis_server: EmbeddedRedis
) -> None:
    in_the_way = redis_server.data_dir / "redis" / "dump.rdb"
    in_the_way.unlink(missing_ok=True)
    (in_the_way / "full").mkdir(parents=True)
    store.client.config_set("stop-writes-on-bgsave-error", "no")
    said = "Redis could not save its data the last time, and goes on: make room on its disk, then let it BGSAVE"
    try:
        store.client.bgsave()

        eventually(lambda: ready(client), lambda seen: seen == (200, said))
        assert healthy_redis(client) == said
        assert findings(client)["redis_fails_to_save"]["severity"] == "problem"
        assert (
            client.get("/readyz", headers={"Accept-Language": "zh"}).json["redis"].startswith("Redis 上次保存数据失败")
        )
    finally:
        (in_the_way / "full").rmdir()
        in_the_way.rmdir()
        store.client.config_set("stop-writes-on-bgsave-error", "yes")
        saves_again(store)
    eventually(lambda: ready(client), lambda seen: seen == (200, "connected"))


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        ("aof_last_write_status", "Redis could not write its append-only file the last time"),
        ("aof_last_bgrewrite_status", "Redis could not rewrite its append-only file, which grows"),
    ],
)
def test_an_append_only_file_that_fails_is_told(failed: str, said: str) -> None:
    found = strain.strain_of({}, {}, {failed: "err"}).troubles()

    assert [(code, text.partition(":")[0]) for code, text in found] == [("redis_fails_to_save", said)]


def test_one_that_may_not_be_asked_is_not_called_well(client: FlaskClient, store: Store) -> None:
    store.client.execute_command("ACL", "SETUSER", "default", "-info")
    said = "Redis does not tell how it does: give this service's user the right to INFO (+info)"
    try:
        eventually(lambda: ready(client), lambda seen: seen == (200, said))
        assert healthy_redis(client) == said
        assert findings(client)["redis_not_readable"]["severity"] == "warning"
    finally:
        store.client.execute_command("ACL", "SETUSER", "default", "+@all")
    eventually(lambda: ready(client), lambda seen: seen == (200, "connected"))


def test_one_that_is_nearly_full_is_told_before_it_is(client: FlaskClient, store: Store) -> None:
    used = int(store.client.info("memory")["used_memory"])
    store.client.config_set("maxmemory", int(used * 1.08))
    try:
        status, said = eventually(lambda: ready(client), lambda seen: "nearly full" in seen[1])

        assert (status, said.startswith("Redis is nearly full: it uses 9")) == (200, True)
        assert healthy_redis(client).startswith("Redis is nearly full")
        assert findings(client)["redis_nearly_full"]["severity"] == "warning"
        assert metric(client, "memory_used_ratio") > 0.9
    finally:
        store.client.config_set("maxmemory", 0)


def test_one_that_is_slow_is_told_and_serves(client: FlaskClient, store: Store) -> None:
    def slowed() -> tuple[int, str]:
        store.client.execute_command("CLIENT", "PAUSE", 700, "WRITE")
        return ready(client)

    status, said = eventually(slowed, lambda seen: "slow" in seen[1])

    assert (status, said.startswith("Redis is slow: a write took ")) == (200, True)
    store.client.execute_command("CLIENT", "UNPAUSE")


def test_a_replica_that_takes_writes_is_no_place_for_them(client: FlaskClient, store: Store) -> None:
    store.client.config_set("replica-read-only", "no")
    store.client.replicaof("127.0.0.1", 1)
    try:
        status, said = eventually(lambda: ready(client), lambda seen: "replica" in seen[1])

        assert (status, said.startswith("this Redis is a replica, though a writable one")) == (200, True)
        assert findings(client)["redis_is_a_replica"]["severity"] == "problem"
    finally:
        store.client.replicaof("NO", "ONE")
        store.client.config_set("replica-read-only", "yes")


def test_one_whose_replica_lags_is_told(
    client: FlaskClient, store: Store, replica: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strain, "LAG_SECONDS", 2)

    with hanging(replica):
        status, said = eventually(lambda: ready(client), lambda seen: "silent" in seen[1])

        assert (status, said.startswith("a replica of Redis has been silent for ")) == (200, True)
        assert findings(client)["redis_replicas_lag"]["severity"] == "warning"
        assert metric(client, "replica_lag_seconds") >= 2
    eventually(lambda: ready(client), lambda seen: seen == (200, "connected"))


def test_one_that_waits_for_replicas_that_lag_refuses(
    client: FlaskClient, store: Store, replica: EmbeddedRedis
) -> None:
    store.client.config_set("min-replicas-max-lag", 1)
    store.client.config_set("min-replicas-to-write", 1)
    try:
        with hanging(replica):
            eventually(lambda: ready(client), lambda seen: seen == (503, SAID[WITHOUT_REPLICAS]))
        eventually(lambda: ready(client)[0], lambda status: status == 200)
    finally:
        store.client.config_set("min-replicas-to-write", 0)
        store.client.config_set("min-replicas-max-lag", 10)


def test_it_is_told_in_the_language_of_the_reader(client: FlaskClient, store: Store) -> None:
    with refusing(store.client, DEMOTED):
        eventually(lambda: ready(client)[0], lambda status: status == 503)

        assert client.get("/readyz", headers={"Accept-Language": "zh"}).json["detail"].startswith("该 Redis 是只读副本")
