"""The lock that proves a runner alive."""

import os

from workers.runner import lock


def test_a_folder_without_a_lock_file_has_no_runner_and_gets_no_file(tmp_path):
    assert not lock.is_locked(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_lock_is_seen_held_refused_to_a_second_and_free_after_its_end(tmp_path):
    held = lock.take_lock(tmp_path)

    assert lock.is_locked(tmp_path)
    assert lock.take_lock(tmp_path) is None

    os.close(held)
    assert not lock.is_locked(tmp_path)


def test_no_child_inherits_the_lock(tmp_path):
    held = lock.take_lock(tmp_path)

    assert not os.get_inheritable(held)
    os.close(held)
