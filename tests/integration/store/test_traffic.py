"""Counts of the gateway: they only grow, by key, by deployment and by model of a key, and what is kept is bounded."""

import pytest

from common.store import Store, keys, traffic
from common.store.traffic import Traffic

pytestmark = pytest.mark.integration

DAY_MS = 24 * 3600 * 1000
NOW_MS = 1_800_000_000_000


def use(store: Store, key_id: str, model: str, at_ms: int = NOW_MS) -> None:
    store.traffic.add({}, {}, {(key_id, model): Traffic(requests=1, milliseconds=5, last_at_ms=at_ms)})


def test_counts_add_up_for_each_model_of_each_key(store: Store) -> None:
    for key_id, model in (("a", "bot"), ("a", "bot"), ("a", "team/eyes"), ("b", "bot")):
        use(store, key_id, model)

    assert sorted(store.traffic.uses()) == [("a", "bot"), ("a", "team/eyes"), ("b", "bot")]
    counted = store.traffic.of_uses([("a", "bot"), ("b", "bot"), ("b", "team/eyes")])
    assert {each: counts.requests for each, counts in counted.items()} == {
        ("a", "bot"): 2,
        ("b", "bot"): 1,
        ("b", "team/eyes"): 0,
    }
    assert counted["a", "bot"] == Traffic(requests=2, milliseconds=10, last_at_ms=NOW_MS)


def test_what_was_not_used_for_long_is_forgotten(store: Store) -> None:
    use(store, "a", "old", NOW_MS - 91 * DAY_MS)
    use(store, "a", "new")

    assert store.traffic.uses() == [("a", "new")]
    assert 89 * 24 * 3600 < store.client.ttl(keys.model_traffic("a", "new")) <= 90 * 24 * 3600


def test_no_more_than_so_many_are_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "USED_MAX", 2)

    for at_ms, model in enumerate(("first", "second", "third"), start=NOW_MS):
        use(store, "a", model, at_ms)

    assert store.traffic.uses() == [("a", "second"), ("a", "third")]
