"""What a runner remembers of its tree, and what is taken for it afterwards."""

import pytest

from workers.runner import process_table, remembered
from workers.runner.process_table import Process
from workers.runner.remembered import Remembered, Watch, below, living, read

FORKS = 100_000


@pytest.fixture(autouse=True)
def a_machine(monkeypatch):
    """With 32768 pids, and as many forks since its boot as the test says."""
    monkeypatch.setattr(remembered, "_pid_max", lambda: 32768)
    monkeypatch.setattr(remembered, "_forks", lambda: FORKS)


def table_of(*processes: tuple[int, int, int, int]) -> dict[int, Process]:
    """Of (pid, parent, start, session)."""
    return {pid: Process(pid, parent, start, True, session) for pid, parent, start, session in processes}


def seen(*, processes=(), sessions=(), forks=FORKS) -> Remembered:
    return Remembered("boot", forks, frozenset(processes), frozenset(sessions))


def test_everything_below_the_runner_is_remembered_with_its_sessions():
    table = table_of((10, 1, 5, 10), (11, 10, 6, 11), (12, 11, 7, 12), (13, 12, 8, 12), (20, 1, 5, 20))

    found = below(table, 10)

    assert found.processes == {(11, 6), (12, 7), (13, 8)}
    assert found.sessions == {(11, 6), (12, 7)}


def test_the_runners_own_session_may_be_that_of_others():
    table = table_of((10, 1, 5, 3), (11, 10, 6, 3))

    assert below(table, 10).sessions == set()


def test_a_session_whose_first_process_is_gone_has_no_start():
    assert below(table_of((10, 1, 5, 10), (12, 10, 7, 11)), 10).sessions == {(11, 0)}


def test_a_process_is_known_by_pid_and_start():
    table = table_of((11, 1, 6, 11), (12, 1, 99, 12))

    assert living(seen(processes=[(11, 6), (12, 7), (13, 8)]), table) == ({11}, set())


def test_the_others_of_a_session_belong_to_it_while_its_first_process_lives():
    table = table_of((11, 1, 6, 11), (40, 1, 90, 11))

    assert living(seen(sessions=[(11, 6)]), table) == ({11, 40}, set())


@pytest.mark.parametrize("start", [6, 0])
def test_a_session_of_another_that_has_its_pid_is_a_strangers(start):
    table = table_of((11, 1, 95, 11), (40, 1, 96, 11))

    assert living(seen(sessions=[(11, start)]), table) == (set(), set())


def test_a_session_without_its_first_process_is_the_same_while_no_pid_can_have_come_twice():
    assert living(seen(sessions=[(11, 6)], forks=FORKS - 100), table_of((40, 1, 90, 11))) == ({40}, set())


def test_a_session_without_its_first_process_is_the_same_while_one_lives_that_was_seen_in_it():
    table = table_of((12, 1, 7, 11), (40, 1, 90, 11))

    assert living(seen(processes=[(12, 7)], sessions=[(11, 6)], forks=FORKS - 50_000), table) == ({12, 40}, set())


@pytest.mark.parametrize("forks", [0, FORKS - 50_000])
def test_who_cannot_be_told_from_a_stranger_is_in_doubt_and_is_not_killed(forks):
    assert living(seen(sessions=[(11, 6)], forks=forks), table_of((40, 1, 90, 11))) == (set(), {40})


def test_what_was_remembered_before_a_reboot_means_nothing(tmp_path, monkeypatch):
    watch = Watch(tmp_path)
    watch._remember(Remembered(process_table.boot_id(), 1, frozenset({(11, 6)})))
    assert read(tmp_path).processes == {(11, 6)}

    monkeypatch.setattr(process_table, "boot_id", lambda: "another")

    assert read(tmp_path) is None


def test_a_tree_that_did_not_change_is_not_written_again(tmp_path):
    watch = Watch(tmp_path)
    same = {"processes": frozenset({(11, 6)}), "boot_id": process_table.boot_id()}
    watch._remember(Remembered(forks=1, **same))
    watch._remember(Remembered(forks=2, **same))
    assert read(tmp_path).forks == 1

    watch._remember(Remembered(forks=20_000, **same))  # or its sessions would be in doubt one day

    assert read(tmp_path).forks == 20_000


def test_a_full_disk_is_tried_again_at_the_next_look(tmp_path):
    watch = Watch(tmp_path / "missing")
    watch._remember(Remembered(process_table.boot_id(), 1, frozenset({(11, 6)})))
    (tmp_path / "missing").mkdir()

    watch._remember(Remembered(process_table.boot_id(), 1, frozenset({(11, 6)})))

    assert read(tmp_path / "missing").processes == {(11, 6)}


@pytest.mark.parametrize("text", ["", "{}", '{"boot_id": "b", "forks": 1, "processes": [1], "sessions": []}'])
def test_a_file_that_is_not_whole_is_no_memory(tmp_path, text):
    (tmp_path / "remembered.json").write_text(text)

    assert read(tmp_path) is None
