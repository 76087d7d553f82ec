from pathlib import Path

from workers.swift.log_excerpt import END_MAX_BYTES, end_of, error_line, last_lines


def test_the_last_lines_are_what_a_terminal_would_show(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_bytes(b"first\n\rTrain: 50%\rTrain: 100%\r\n\n  last \n\xff\n")

    assert last_lines(log, 3) == ["Train: 100%", "last", "\ufffd"]
    assert last_lines(log, 1) == ["\ufffd"]


def test_only_the_end_of_a_huge_log_is_read(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_bytes(b"x" * 10 * END_MAX_BYTES + b"\nlast\n")

    lines = last_lines(log, 5)

    assert lines[-1] == "last"
    assert sum(map(len, lines)) < END_MAX_BYTES


def test_a_missing_log_has_no_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "output.log", 5) == []


def test_the_error_line_is_the_last_that_names_an_exception() -> None:
    assert error_line(["KeyError: 'a'", "swift.errors.DataError: bad", "[INFO] end"]) == "swift.errors.DataError: bad"
    assert error_line(["usage: sft.py", "sft.py: error: argument --x: invalid"]) == (
        "sft.py: error: argument --x: invalid"
    )
    assert error_line(["plain", "text"]) == "text"
    assert error_line([]) == ""


def test_a_traceback_keeps_its_indentation(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_bytes(b"Train: 5%\r  File x\n\nValueError: y  \n")

    assert end_of(log) == ["  File x", "", "ValueError: y", ""]
