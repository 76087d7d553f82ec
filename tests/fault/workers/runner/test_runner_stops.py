"""How a phase is ended by a wish, by TERM and by its time limit."""

import os
import signal
import time

import pytest

from workers.runner_control import read_exit, read_runner, request_stop, start_runner

pytestmark = pytest.mark.fault

# A rank that says when it is ready and then waits for signals.
WAITING = "import signal; print('ready', flush=True)\nwhile True: signal.pause()"
SAVING = """
import signal, sys
def save(*_): print("saved", flush=True); sys.exit(0)
signal.signal(signal.SIGTERM, save)
print("ready", flush=True)
while True: signal.pause()
"""
DEAF = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
helper = os.fork()
if helper: print(f"helper {helper}", "ready", flush=True)
while True: signal.pause()
"""
WITH_LOADER = """
import os, signal, sys
def say(*_): print("loader was hit", flush=True); os._exit(1)
def save(*_): os.kill(loader, signal.SIGUSR1); os.wait(); print("saved", flush=True); sys.exit(0)
loader = os.fork()
signal.signal(signal.SIGTERM, save if loader else say)
if loader: print("ready", flush=True)
while True: signal.pause()
"""


def test_a_rank_that_saves_on_term_ends_stopped_with_zero(phase):
    phase.start(SAVING)
    phase.logged("ready")

    request_stop(phase.path, "cancel", 10)
    record = phase.ended()

    assert (record.outcome, record.reason, record.exit_code, record.tree_empty) == ("stopped", "cancel", 0, True)
    assert "saved" in phase.text()


def test_term_goes_to_the_rank_alone_and_not_to_its_data_loader(phase):
    phase.start(WITH_LOADER)
    phase.logged("ready")

    request_stop(phase.path, "cancel", 10)

    assert phase.ended().exit_code == 0
    assert phase.text() == "ready\nsaved\n"


def test_a_tree_that_ignores_term_is_killed_after_the_grace(phase, is_living):
    phase.start(DEAF)
    phase.logged("ready")
    asked = time.monotonic()

    request_stop(phase.path, "cancel", 0.5)
    record = phase.ended()

    assert 0.5 <= time.monotonic() - asked < 3
    assert (record.outcome, record.exit_codes) == ("stopped", {0: -signal.SIGKILL})
    assert (record.killed_leftovers, record.tree_empty) == (1, True)
    assert not is_living(int(phase.text().split()[1]))


def test_a_second_wish_shortens_the_grace_and_keeps_the_reason(phase):
    phase.start(DEAF)
    phase.logged("ready")
    request_stop(phase.path, "preempted", 600)

    request_stop(phase.path, "cancel", 0)
    record = phase.ended()

    assert (record.outcome, record.exit_code) == ("stopped", -signal.SIGKILL)
    assert record.reason in ("preempted", "cancel")


def test_term_to_the_runner_ends_the_phase(phase):
    pid = phase.start(SAVING)
    phase.logged("ready")

    os.kill(pid, signal.SIGTERM)
    record = phase.ended()

    assert (record.outcome, record.reason, record.exit_code) == ("stopped", "sigterm", 0)


def test_hangup_and_interrupt_leave_the_runner_alone(phase):
    pid = phase.start(SAVING)
    phase.logged("ready")

    os.kill(pid, signal.SIGHUP)
    os.kill(pid, signal.SIGINT)
    request_stop(phase.path, "cancel", 10)

    assert phase.ended().reason == "cancel"


def test_a_wish_is_found_without_a_signal(phase):
    phase.start(SAVING)
    phase.logged("ready")

    (phase.path / "stop.json").write_text('{"reason": "by hand"}')

    assert phase.ended(timeout_seconds=3).reason == "by hand"


def test_a_paused_rank_can_be_stopped(phase):
    phase.start(SAVING)
    phase.logged("ready")
    os.kill(read_runner(phase.path).processes[0].pid, signal.SIGSTOP)

    request_stop(phase.path, "cancel", 10)

    assert phase.ended().exit_code == 0


def test_the_time_limit_ends_the_phase(phase):
    phase.start(WAITING, time_limit_seconds=0.7)

    record = phase.ended()

    assert (record.outcome, record.reason, record.exit_code) == ("stopped", "time_limit", -signal.SIGTERM)
    assert (record.ended_at - record.started_at).total_seconds() >= 0.7


def test_all_ranks_are_told(phase, eventually):
    phase.start(SAVING, SAVING)
    eventually(lambda: phase.text().count("ready") == 2, view=phase.text)

    request_stop(phase.path, "cancel", 10)

    assert phase.ended().exit_codes == {0: 0, 1: 0}


def test_nothing_starts_when_the_wish_was_there_first(phase):
    phase.write("print('ran')")
    request_stop(phase.path, "cancel", 10)

    start_runner(phase.path)
    record = phase.ended()

    assert (record.outcome, record.reason, record.exit_codes, record.tree_empty) == ("stopped", "cancel", {}, True)
    assert phase.text() == ""


@pytest.mark.parametrize("delay_seconds", [0, 0.02, 0.04, 0.06, 0.08])
def test_a_wish_during_the_start_is_not_lost(phase, delay_seconds, eventually):
    phase.write(WAITING)
    start = time.monotonic()
    start_runner(phase.path)
    eventually(lambda: time.monotonic() - start >= delay_seconds)

    request_stop(phase.path, "cancel", 5)
    record = phase.ended()

    assert (record.outcome, record.reason, record.tree_empty) == ("stopped", "cancel", True)
    assert record.exit_codes in ({}, {0: -signal.SIGTERM})


def test_a_wish_after_the_end_changes_nothing(phase):
    phase.start("pass")
    record = phase.ended()

    request_stop(phase.path, "cancel", 0)

    assert read_exit(phase.path) == record
