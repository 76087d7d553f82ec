"""The OOM counter of a control group."""

import pytest

from workers.runner.memory_events import oom_kills, rose


def make_group(tmp_path, own: str, events: str):
    (tmp_path / "own").write_text(own)
    (tmp_path / "a.slice").mkdir()
    (tmp_path / "a.slice" / "memory.events").write_text(events)
    return tmp_path / "own", tmp_path


def test_the_counter_is_that_of_the_own_group(tmp_path):
    assert oom_kills(*make_group(tmp_path, "4:memory:/x\n0::/a.slice\n", "oom 5\noom_kill 3\noom_group_kill 0\n")) == 3


@pytest.mark.parametrize(
    ("own", "events"),
    [
        ("", "oom_kill 1\n"),
        ("0::/gone\n", "oom_kill 1\n"),
        ("0::/a.slice\n", "oom 5\n"),
        ("0::/a.slice\n", "oom_kill "),
    ],
)
def test_a_counter_that_cannot_be_read_is_none(tmp_path, own, events):
    assert oom_kills(*make_group(tmp_path, own, events)) is None


def test_only_two_readable_counters_can_show_a_rise():
    assert rose(1, 2)
    assert not rose(2, 2)
    assert not rose(None, 2)
    assert not rose(1, None)
