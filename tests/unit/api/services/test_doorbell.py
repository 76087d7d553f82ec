"""A broker that is away costs a request little, however many jobs it has to tell of."""

from api.services.doorbell import QUIET_SECONDS, SLOW_SECONDS, Doorbell


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_after_a_slow_failure_nothing_is_sent_for_a_while() -> None:
    clock = Clock()
    bell, sent = Doorbell(clock), []

    def hang() -> None:
        clock.now += SLOW_SECONDS
        raise OSError("no broker")

    assert bell.ring(hang) == "no broker"
    assert bell.ring(lambda: sent.append(1)) != ""
    clock.now += QUIET_SECONDS

    assert bell.ring(lambda: sent.append(2)) == ""
    assert sent == [2]


def test_a_failure_that_cost_nothing_keeps_no_other_message_back() -> None:
    bell, sent = Doorbell(Clock()), []

    def fail() -> None:
        raise OSError("refused")

    assert bell.ring(fail) == "refused"
    assert bell.ring(lambda: sent.append(1)) == ""
    assert sent == [1]
