"""How a process that may lead goes on, and gives up its lock; a lock in Redis is in the tests of those who lead."""

import threading

from structlog.testing import capture_logs

from common.errors import StoreUnavailable
from common.upkeep.leader_election import Candidate, guarded


class OneLock:
    """A lock that nobody else wants; `owner` is the token of who has it."""

    owner = ""

    def take_turn(self, token: str, _seconds: float) -> bool:
        self.owner = self.owner or token
        return self.owner == token

    def end_turn(self, token: str) -> None:
        self.owner = "" if self.owner == token else self.owner


class Impatient(threading.Event):
    """Waits for nothing."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


def test_of_two_that_share_a_lock_one_leads_until_it_lets_go() -> None:
    lock, stopped = OneLock(), threading.Event()
    first, second = Candidate(lock, 5, "failed"), Candidate(lock, 5, "failed")
    before = [first.leads(), second.leads(), first.leads()]
    stopped.set()

    first.run(first.leads, stopped.wait, stopped)

    assert before == [True, False, True]
    assert [second.leads(), first.leads()] == [True, False]


def test_neither_an_outage_nor_what_nobody_foresaw_ends_it() -> None:
    stopped, rests = Impatient(), []
    looks = iter([StoreUnavailable("no answer"), ValueError("what is this"), True, False])

    def look() -> bool:
        found = next(looks)
        if isinstance(found, Exception):
            raise found
        return found

    def rest(found: bool) -> None:
        rests.append(found)
        if not found:
            stopped.set()

    with capture_logs() as logs:
        Candidate(OneLock(), 5, "looks_failed").run(look, rest, stopped)

    assert rests == [True, False]
    assert [line["event"] for line in logs] == ["store_away", "looks_failed", "store_back"]


def test_what_a_duty_cannot_get_over_is_logged_by_its_name() -> None:
    with capture_logs() as logs, guarded("broken"):
        raise ValueError("what is this")

    assert [(line["event"], line["duty"]) for line in logs] == [("duty_failed", "broken")]
