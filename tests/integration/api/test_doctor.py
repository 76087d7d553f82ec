"""What the doctor finds, over a real Redis."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from common.clock import to_ms
from common.store import Store, keys
from tests.builders import make_job, make_node
from tests.integration.store.test_job_verbs import start
from tests.integration.store.test_recovery import keep, recover

pytestmark = pytest.mark.integration

DOCTOR = "/api/v1/doctor"


def found(client: FlaskClient, **headers: str) -> dict[str, dict[str, Any]]:
    """The findings by their codes."""
    answer = client.get(DOCTOR, headers=headers).json
    return {finding["code"]: finding for finding in answer["findings"]}


def test_all_is_well_with_a_store_that_keeps_what_it_is_told(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node(), 600)
    start(store)

    assert client.get(DOCTOR).json == {"healthy": True, "findings": []}


def test_a_recovered_job_and_the_emptied_store_are_told(client: FlaskClient, store: Store) -> None:
    start(store)
    kept = keep(store)
    store.client.flushall()
    recover(store, kept)
    store.nodes.heartbeat(make_node(), 600)
    store.facts.read()
    store.facts.say_emptied("node-1", to_ms(store.now()))

    seen = found(client)

    assert list(seen) == ["store_emptied", "job_recovered"]
    assert "node node-1 had known earlier data" in seen["store_emptied"]["message"]
    assert seen["job_recovered"]["message"].startswith("Node node-1 registered one, attempt 1, again at 20")
    assert seen["job_recovered"]["about"]["job_id"] == "one"


def test_an_older_copy_is_told(client: FlaskClient, store: Store) -> None:
    store.facts.read()
    store.facts.say_restored("node-1", to_ms(store.now()))

    assert found(client)["store_restored"]["severity"] == "warning"


def test_what_was_long_ago_is_told_no_more(client: FlaskClient, store: Store) -> None:
    store.facts.read()
    store.facts.say_emptied("node-1", to_ms(store.now()) - 8 * 86_400_000)

    assert found(client) == {}


def test_nodes_that_take_no_work_are_told_with_why(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(
        make_node("unfit", state="not_ready", why=("no ms-swift",), estranged=("it runs alone",)), 600
    )
    store.nodes.heartbeat(make_node("joins", state="joining"), 600)
    store.nodes.heartbeat(make_node("stopped", state="gone"), 600)
    start(store, make_job())
    store.client.hset(keys.node("node-1"), "heartbeat_at_ms", to_ms(store.now()) - 700_000)

    answer = client.get(DOCTOR).json

    assert not answer["healthy"]
    told = [(finding["severity"], finding["code"], finding["message"]) for finding in answer["findings"]]
    assert ("warning", "node_not_ready", "Node unfit takes no work: no ms-swift.") in told
    assert ("problem", "attempt_estranged", "On node unfit, it runs alone.") in told
    assert (
        "warning",
        "node_not_ready",
        "Node joins takes no work: its worker looks first what became of its jobs.",
    ) in told
    assert ("note", "node_stopped", "Node stopped takes no work: its worker was stopped.") in told
    assert ("problem", "node_silent", "Node node-1 takes no work: silent for 700 s.") in told
    assert (
        "warning",
        "job_out_of_sight",
        "one runs on node node-1, which is silent; its policy is on_node_lost=wait.",
    ) in told
    worst_first = [severity for severity, *_ in told]
    assert worst_first == sorted(worst_first, key=("problem", "warning", "note").index)


def test_a_redis_that_may_lose_data_is_told(client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    risky = {"maxmemory-policy": "allkeys-lru", "appendonly": "no"}
    monkeypatch.setattr("common.store.facts.FactsStore.settings", lambda _: risky)

    assert set(found(client)) == {"redis_evicts", "redis_not_persistent"}


def test_one_that_is_not_synced_is_a_note(client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.store.facts.FactsStore.settings", lambda _: {"appendfsync": "everysec"})

    assert found(client)["redis_not_synced"]["severity"] == "note"


def test_records_that_contradict_one_another_are_told(client: FlaskClient, store: Store) -> None:
    store.client.hset(keys.LEASES, "node-1/GPU-0", "nobody:1")

    seen = found(client)["inconsistent"]

    assert seen["severity"] == "problem"
    assert "is leased and should not be" in seen["message"]
    store.client.delete(keys.LEASES)


def test_it_speaks_chinese(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node(state="gone"), 600)

    assert found(client, **{"Accept-Language": "zh"})["node_stopped"]["message"].startswith("节点 node-1 不接受任务：")
