"""The lock that proves a runner alive."""

import fcntl
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


def test_a_runner_waits_out_a_look_at_its_lock(tmp_path, monkeypatch):
    looker = os.open(tmp_path / "runner.lock", os.O_RDONLY | os.O_CREAT)
    fcntl.flock(looker, fcntl.LOCK_SH)
    monkeypatch.setattr(lock.time, "sleep", lambda _seconds: fcntl.flock(looker, fcntl.LOCK_UN))

    held = lock.take_lock(tmp_path)

    assert held is not None
    os.close(looker)
    os.close(held)


def test_no_child_inherits_the_lock(tmp_path):
    held = lock.take_lock(tmp_path)

    assert not os.get_inheritable(held)
    os.close(held)
