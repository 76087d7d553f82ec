"""The socket's path is short, its own per data folder, and private."""

import os
import stat
from pathlib import Path

import pytest

from client.stack.errors import StackError
from client.stack.socket_folder import LONGEST_SOCKET_PATH, make_private, socket_path


@pytest.fixture
def short_runtime(monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/tmp")


def test_socket_is_in_the_data_folder_when_that_is_short():
    assert socket_path(Path("/srv/swift")) == Path("/srv/swift/run/redis.sock")


def test_socket_of_a_long_data_folder_is_short(short_runtime):
    path = socket_path(Path("/srv") / ("x" * 200))

    assert path.parent.parent == Path("/tmp")
    assert len(os.fsencode(path)) <= LONGEST_SOCKET_PATH


def test_two_long_data_folders_have_two_sockets(short_runtime):
    first = socket_path(Path("/srv") / ("x" * 200))
    second = socket_path(Path("/srv") / ("x" * 201))

    assert first != second


def test_bytes_are_counted_not_letters(short_runtime):
    assert socket_path(Path("/srv") / ("模" * 40)).parent.parent == Path("/tmp")


def test_a_deep_temporary_folder_is_passed_over(monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/" + "t" * 120)

    assert socket_path(Path("/srv") / ("x" * 200)).parent.parent == Path("/tmp")


def test_an_open_folder_becomes_private(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)

    make_private(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StackError, match="belongs to somebody else"):
        make_private(tmp_path / "run")
