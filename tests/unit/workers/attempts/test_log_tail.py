from pathlib import Path

from workers.attempts.log_tail import Position, read_at, size_of


def test_never_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(b"abcdef")

    assert [read_at(path, offset, max_bytes=4) for offset in (0, 4, 6, 9)] == [b"abcd", b"ef", b"", b""]


def test_a_file_that_is_not_there_or_cannot_be_read_is_empty(tmp_path: Path) -> None:
    assert (size_of(tmp_path / "output.log"), read_at(tmp_path / "output.log", 0)) == (None, b"")
    assert read_at(tmp_path, 0) == b""


def test_a_file_that_got_shorter_begins_anew_behind_all_that_was_read(tmp_path: Path) -> None:
    read = Position(end=1000)

    assert read.in_file_of(1000) == read.in_file_of(2000) == read
    anew = read.in_file_of(3)
    assert (anew.end, anew.offset) == (1000, 0)
    assert anew.in_file_of(5) == anew
    further = Position(end=1003, file_at=anew.file_at)
    assert further.offset == 3
    assert further.in_file_of(0) == Position(1003, 1003)
