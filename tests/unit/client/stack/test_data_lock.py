"""One stack per data folder."""

import os

import pytest

from client.stack.data_lock import locked, write_holder
from client.stack.errors import StackError


def test_a_second_stack_is_told_who_holds_the_folder(tmp_path):
    with locked(tmp_path) as lock:
        write_holder(lock, "http://127.0.0.1:8000")

        with pytest.raises(StackError, match=rf"already at http://127\.0\.0\.1:8000 \(pid {os.getpid()}\)"):
            locked(tmp_path).__enter__()


def test_the_folder_is_free_again_afterwards(tmp_path):
    with locked(tmp_path):
        pass

    with locked(tmp_path) as lock:
        assert not lock.closed


def test_a_note_that_makes_no_sense_does_not_hide_the_refusal(tmp_path):
    with locked(tmp_path) as lock:
        lock.truncate(0)

        with pytest.raises(StackError, match="pid unknown"):
            locked(tmp_path).__enter__()
