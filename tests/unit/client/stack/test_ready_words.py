"""Which log lines mean that a Celery process consumes."""

import pytest

from client.stack.processes import READY_WORDS


@pytest.mark.parametrize("line", [b"celery@host ready.", b'{"event": "worker_ready"}', b"[info] ready  process=worker"])
def test_a_line_that_says_ready_counts(line):
    assert READY_WORDS.search(line)


@pytest.mark.parametrize("line", [b"already connected", b"not yet", b"readying"])
def test_other_lines_do_not_count(line):
    assert not READY_WORDS.search(line)
