"""When Redis counts as back, by what a scheduler saw of it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from common.store.facts import StoreFacts
from scheduler import store_watch
from scheduler.store_watch import StoreWatch

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
FACTS = StoreFacts("store-1", NOON, NOON, "run-1", NOON, {}, {})


@dataclass
class World:
    """Both clocks go together."""

    facts: StoreFacts = FACTS
    seconds: float = 0.0
    watch: StoreWatch = field(default_factory=lambda: StoreWatch(30))

    def look(self, after: float, hung: float = 0.0, **changes: Any) -> float:
        """Seconds since noon since when Redis has answered; it hung for `hung` seconds while it was asked."""
        self.seconds += after
        self.facts = replace(self.facts, now=self.now(), **changes)
        store: Any = SimpleNamespace(facts=SimpleNamespace(read=lambda: self.read(hung)), now=self.now)
        return (self.watch.look(store) - NOON).total_seconds()

    def read(self, hung: float) -> StoreFacts:
        """It told the time before it hung, and the rest behind it."""
        self.seconds += hung
        return self.facts

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Callable[..., float]:
    world = World()
    monkeypatch.setattr(store_watch.time, "monotonic", lambda: world.seconds)
    return world.look


def test_a_scheduler_that_has_just_started_knows_of_nothing_earlier(look: Callable[..., float]) -> None:
    assert look(100) == 100


def test_it_goes_on_while_answers_come(look: Callable[..., float]) -> None:
    assert [look(1), look(14), look(15)] == [1, 1, 1]


def test_a_gap_of_half_the_ttl_is_an_outage_whatever_it_was(look: Callable[..., float]) -> None:
    assert [look(1), look(15.1)] == [1, 16.1]


def test_a_gap_in_the_middle_of_a_look_ends_when_redis_answers_again_not_when_it_told_the_time(
    look: Callable[..., float],
) -> None:
    assert [look(1), look(1, hung=20), look(1)] == [1, 22, 22]


@pytest.mark.parametrize("change", [{"run_id": "run-2"}, {"id": "store-2"}], ids=["started anew", "emptied"])
def test_another_server_or_other_data_is_another_beginning(look: Callable[..., float], change: dict[str, str]) -> None:
    assert [look(1), look(1, **change), look(1)] == [1, 2, 2]
