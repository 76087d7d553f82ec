"""The OOM counter of a control group."""

import pytest

from workers.runner.cgroup_folders import V1, V2
from workers.runner.memory_events import counter, oom_kills, rose


@pytest.fixture
def own(tmp_path, monkeypatch):
    """This process's own groups, in a folder of the test."""
    folders = [(V2, tmp_path / "own"), (V1, tmp_path / "freezer")]
    monkeypatch.setattr("workers.runner.cgroup_folders.folders", lambda: folders)
    return tmp_path / "own"


def test_the_counter_is_that_of_the_attempts_group(own, tmp_path):
    (tmp_path / "memory.events").write_text("oom 5\noom_kill 3\noom_group_kill 0\n")

    assert oom_kills(counter(tmp_path)) == 3


def test_without_one_it_is_that_of_the_runners_own_group(own, tmp_path):
    assert counter(tmp_path) == own / "memory.events"
    assert counter(None) == own / "memory.events"


def test_without_groups_there_is_no_counter(monkeypatch):
    monkeypatch.setattr("workers.runner.cgroup_folders.folders", list)

    assert oom_kills(counter(None)) is None


@pytest.mark.parametrize("events", [None, "", "oom 5\n", "oom_kill ", "oom_kill many\n"])
def test_a_counter_that_cannot_be_read_is_none(tmp_path, events):
    if events is not None:
        (tmp_path / "memory.events").write_text(events)

    assert oom_kills(tmp_path / "memory.events") is None


def test_only_two_readable_counters_can_show_a_rise():
    assert rose(1, 2)
    assert not rose(2, 2)
    assert not rose(None, 2)
    assert not rose(1, None)
