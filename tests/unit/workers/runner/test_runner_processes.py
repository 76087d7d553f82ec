"""Finding processes by descent, and never taking one for another that had its pid."""

import os
import shutil
import signal

import pytest

from workers.runner import process_table, tree
from workers.runner.process_table import Process


def make_table(**parents: int) -> dict[int, Process]:
    return {int(pid[1:]): Process(int(pid[1:]), parent, 1, True) for pid, parent in parents.items()}


def test_descendants_are_children_and_theirs_without_the_roots():
    table = make_table(p1=0, p2=1, p3=2, p4=3, p5=1)

    assert tree.descendants(table, {2}) == {3, 4}


def test_a_process_that_is_its_own_parent_ends_the_walk():
    assert tree.descendants(make_table(p0=0, p1=0), {0}) == {1}


def test_the_marker_names_job_and_attempt():
    assert tree.marker_value("training_001", 2) == "training_001:2"


def test_this_process_is_in_the_table_as_a_child_of_its_parent():
    own = process_table.snapshot()[os.getpid()]

    assert (own.parent, own.alive) == (os.getppid(), True)
    assert own == process_table.find(os.getpid())


@pytest.mark.skipif(not shutil.which("ps", path="/bin"), reason="needs ps")
def test_ps_tells_the_same_where_there_is_no_proc():
    own = process_table._from_ps()[os.getpid()]

    assert (own.parent, own.alive) == (os.getppid(), True)


def test_a_signal_reaches_the_process_that_started_then():
    own = process_table.find(os.getpid())

    assert process_table.signal_exactly(own.pid, own.start_ticks, signal.SIGCONT)


def test_a_signal_for_another_process_that_had_this_pid_is_not_sent():
    own = process_table.find(os.getpid())

    assert not process_table.signal_exactly(own.pid, own.start_ticks - 1, signal.SIGKILL)


def test_without_pidfd_the_start_time_is_still_looked_at(monkeypatch):
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    own = process_table.find(os.getpid())

    assert not process_table.signal_exactly(own.pid, own.start_ticks - 1, signal.SIGKILL)
    assert process_table.signal_exactly(own.pid, own.start_ticks, signal.SIGCONT)
