from pathlib import Path

from workers.log_tail import read_new


def test_only_what_is_new_is_read_and_never_more_than_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(b"abcdef")

    assert read_new(path, 0, max_bytes=4) == (b"abcd", 4)
    assert read_new(path, 4, max_bytes=4) == (b"ef", 6)
    assert read_new(path, 6, max_bytes=4) == (b"", 6)


def test_a_log_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert read_new(tmp_path / "output.log", 0) == (b"", 0)


def test_a_log_that_was_replaced_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(b"new")

    assert read_new(path, 1000) == (b"new", 3)
