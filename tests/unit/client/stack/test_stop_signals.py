"""A signal is a wish first; the second one is not caught."""

import os
import signal
from collections.abc import Iterator

import pytest

from client.stack.stop_signals import SIGNALS, stop_signals


@pytest.fixture(autouse=True)
def usual_handlers() -> Iterator[None]:
    """As in a terminal; whoever runs the tests may ignore some signals."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_a_wish(number):
    with stop_signals() as stop_requested:
        assert not stop_requested()

        os.kill(os.getpid(), number)

        assert stop_requested()


def test_a_second_ctrl_c_interrupts():
    with stop_signals(), pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)


def test_an_ignored_signal_stays_ignored():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with stop_signals() as stop_requested:
        os.kill(os.getpid(), signal.SIGHUP)

        assert not stop_requested()


def test_the_handlers_are_as_before_afterwards():
    before = signal.getsignal(signal.SIGTERM)

    with stop_signals():
        pass

    assert signal.getsignal(signal.SIGTERM) == before
