"""What the store knows of itself."""

from datetime import timedelta

import pytest

from common.store import Store

pytestmark = pytest.mark.integration


def test_a_store_keeps_its_name_until_it_is_emptied(store: Store) -> None:
    first = store.facts.read()
    assert store.facts.read().id == first.id
    assert first.run_id

    store.client.flushall()

    assert not store.facts.read().continues(first)


def test_it_tells_the_second_in_which_its_server_began(store: Store) -> None:
    facts = store.facts.read()

    began = facts.now - timedelta(seconds=store.client.info("server")["uptime_in_seconds"])
    assert abs((began - facts.started_at).total_seconds()) <= 2
    assert facts.started_at.microsecond == 0


def test_nodes_say_what_they_miss(store: Store) -> None:
    now_ms = 1_767_323_045_000
    store.facts.read()

    store.facts.say_emptied("node-1", now_ms)
    store.facts.say_restored("node-2", now_ms)

    facts = store.facts.read()
    assert (list(facts.known_before), list(facts.restored)) == (["node-1"], ["node-2"])
