"""Who may speak for a node, and what a store that forgot tells it."""

import pytest

from common.store import Store, keys
from common.store.nodes import Beat
from common.store.outcomes import Outcome
from tests.builders import make_node

pytestmark = pytest.mark.integration

KNOWN, UNKNOWN = Beat(Outcome.OK, known=True), Beat(Outcome.OK, known=False)


def beat(store: Store, beats: int, ttl_seconds: float = 30, **changes: object) -> Beat:
    return store.nodes.heartbeat(make_node(**changes), ttl_seconds, beats)


def state(store: Store) -> str:
    [node] = store.nodes.all()
    return node.state


def test_the_first_beat_of_a_session_is_not_known_and_the_next_are(store: Store) -> None:
    assert [beat(store, 0), beat(store, 1), beat(store, 2)] == [UNKNOWN, KNOWN, KNOWN]


def test_an_emptied_store_knows_nobody_and_takes_nobody_for_ready(store: Store) -> None:
    beat(store, 0), beat(store, 1)
    store.client.flushall()

    assert (beat(store, 2), state(store)) == (UNKNOWN, "joining")
    assert (beat(store, 3), state(store)) == (KNOWN, "ready")


def test_an_older_copy_of_the_store_does_not_know_the_last_beat(store: Store) -> None:
    beat(store, 0)
    copy = store.client.dump(keys.node("node-1"))
    beat(store, 1), beat(store, 2)
    store.client.restore(keys.node("node-1"), 0, copy, replace=True)

    assert (beat(store, 3), state(store)) == (UNKNOWN, "joining")


def test_a_beat_whose_answer_was_lost_is_compared_again(store: Store) -> None:
    beat(store, 0), beat(store, 1)

    assert beat(store, 1) == UNKNOWN


@pytest.mark.parametrize(("other", "is_own"), [({"instance": "instance-2"}, False), ({"boot_id": "boot-2"}, True)])
def test_another_disk_or_boot_is_refused_while_the_name_is_spoken_for(store: Store, other: dict, is_own: bool) -> None:
    beat(store, 0, hostname="gpu-1")

    assert beat(store, 0, **other) == Beat(Outcome.TAKEN, holder="gpu-1", is_own=is_own)


def test_the_name_is_free_after_a_goodbye_and_after_the_ttl(store: Store) -> None:
    beat(store, 0)
    beat(store, 1, state="gone")
    assert beat(store, 0, instance="instance-2") == UNKNOWN

    assert beat(store, 0, ttl_seconds=0, instance="instance-3") == UNKNOWN


def test_a_later_worker_of_the_same_disk_takes_over_at_once_and_the_earlier_one_hears_of_it(store: Store) -> None:
    beat(store, 0, session=1)

    assert beat(store, 0, session=2) == UNKNOWN
    assert beat(store, 1, session=1).word == "taken"
    assert beat(store, 1, session=2) == KNOWN


def test_a_disk_that_was_restored_from_a_copy_gets_its_name_when_the_later_worker_is_silent(store: Store) -> None:
    beat(store, 0, session=7)

    assert beat(store, 0, session=3).word == "taken"
    assert beat(store, 0, ttl_seconds=0, session=3) == UNKNOWN


def test_an_instance_that_was_declared_lost_never_speaks_again(store: Store) -> None:
    store.client.sadd(keys.NODES_FENCED, "instance-1")

    assert beat(store, 0) == Beat(Outcome.FENCED)
    assert store.nodes.all() == []
