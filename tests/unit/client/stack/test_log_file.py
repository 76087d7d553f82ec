"""Logs of the processes stay bounded and can be quoted."""

from client.stack.log_file import bound, last_words, open_log


def test_a_log_that_grew_too_large_starts_anew_under_its_writer(tmp_path):
    path = tmp_path / "api.log"
    with open_log(path) as log:
        log.write(b"old\n" * 100)
        log.flush()

        bound(path, max_bytes=100)
        log.write(b"new\n")

    assert path.read_bytes() == b"new\n"
    assert (tmp_path / "api.log.1").read_bytes() == b"old\n" * 100


def test_a_small_log_is_left_alone(tmp_path):
    path = tmp_path / "api.log"
    path.write_text("short\n")

    bound(path, max_bytes=100)

    assert path.read_text() == "short\n"


def test_last_words_are_the_last_lines(tmp_path):
    path = tmp_path / "api.log"
    path.write_text("\n".join(f"line {number}" for number in range(1000)))

    assert last_words(path).splitlines()[-1] == "  line 999"
    assert len(last_words(path).splitlines()) == 8


def test_a_process_that_said_nothing_is_quoted_as_such(tmp_path):
    assert last_words(tmp_path / "missing.log") == "  (nothing)"
