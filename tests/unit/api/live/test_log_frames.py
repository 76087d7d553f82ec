"""Log bytes become frames of whole characters, and no byte is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.live.log_frames import FRAME_BYTES, log_frames, whole_characters
from common.store.logs import LogRun


@given(st.text(), st.integers(min_value=0, max_value=3))
def test_only_an_unfinished_character_is_left_for_later(text: str, cut: int) -> None:
    data = text.encode()
    data = data[: len(data) - cut] if cut else data

    whole = whole_characters(data)

    assert data.startswith(whole)
    assert len(data) - len(whole) < 4
    assert whole.decode() == text[: len(whole.decode())]


@given(st.binary(max_size=64))
def test_bytes_that_are_no_text_never_wait_for_ever(data: bytes) -> None:
    assert len(data) - len(whole_characters(data)) <= 3
    assert whole_characters(data + b"\n") == data + b"\n"


def test_a_log_that_is_over_keeps_nothing_back() -> None:
    run = LogRun(b"a\xe6\x8d", 7, 10)

    (open_frame,) = log_frames(1, run, is_over=False)
    (last_frame,) = log_frames(1, run, is_over=True)

    assert (open_frame.id, open_frame.data["text"]) == ("1:8", "a")
    assert (last_frame.id, last_frame.data["text"]) == ("1:10", "a\N{REPLACEMENT CHARACTER}")


def test_a_gap_is_named_before_what_follows() -> None:
    gap, text = log_frames(2, LogRun(b"tail\n", 95, 100, skipped_from=10), is_over=False)

    assert (gap.id, gap.event, gap.data) == ("2:95", "gap", {"attempt": 2, "truncated_from": 10, "truncated_to": 95})
    assert (text.id, text.data["offset"], text.data["text"]) == ("2:100", 95, "tail\n")


@pytest.mark.parametrize("character", ["x", "é", "损", "🎉"])
def test_a_long_run_is_cut_between_characters(character: str) -> None:
    text = character * FRAME_BYTES
    data = text.encode()

    frames = log_frames(1, LogRun(data, 0, len(data)), is_over=False)

    assert max(len(frame.data["text"].encode()) for frame in frames) <= FRAME_BYTES
    assert "".join(frame.data["text"] for frame in frames) == text
    assert frames[-1].id == f"1:{len(data)}"
