"""Text from tokens that come one by one, and the texts that end it."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.swift.programs.serving.engines.words import Stops, Words

LETTERS = st.text(alphabet="ab\n", max_size=30)
STOPS = st.lists(st.text(alphabet="ab\n", min_size=1, max_size=4), max_size=3)


def _cut(text: str, cuts: set[int]) -> list[str]:
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[begin:end] for begin, end in pairwise(edges)]


def _up_to_first(text: str, stops: Sequence[str]) -> str:
    """What a stop that is complete first leaves; of two that end at once, the longer one."""
    for end in range(len(text) + 1):
        sizes = [len(stop) for stop in stops if text[:end].endswith(stop)]
        if sizes:
            return text[: end - max(sizes)]
    return text


@given(text=LETTERS, stops=STOPS, cuts=st.sets(st.integers(0, 30)))
def test_text_passes_up_to_the_first_stop_wherever_it_is_cut(text: str, stops: list[str], cuts: set[int]) -> None:
    heard = Stops(stops)

    passed = "".join(heard.hear(piece) for piece in _cut(text, cuts)) + heard.end()

    assert passed == _up_to_first(text, stops)
    assert heard.has_stopped == any(stop in text for stop in stops)


def test_only_what_may_begin_a_stop_is_held_back() -> None:
    heard = Stops(["END", "\n\n"])

    assert [heard.hear(piece) for piece in ("a", "E", "N", "x", "\n", "b", "\n", "\nmore")] == [
        "a", "", "", "ENx", "", "\nb", "", "",
    ]  # fmt: skip
    assert heard.has_stopped
    assert (heard.hear("after"), heard.end()) == ("", "")


def test_what_was_held_back_passes_at_the_end() -> None:
    heard = Stops(["END"])

    assert (heard.hear("an EN"), heard.end()) == ("an ", "EN")


def test_without_stops_all_passes_at_once() -> None:
    heard = Stops(())

    assert (heard.hear("a\n"), heard.hear(""), heard.end(), heard.has_stopped) == ("a\n", "", "", False)


class Vocabulary:
    """Tokens that are bytes, as of byte-level tokenizers: a character may be cut anywhere."""

    def __init__(self, content: bytes, cuts: set[int]) -> None:
        edges = sorted({0, len(content), *(cut % (len(content) + 1) for cut in cuts)})
        self._tokens = [content[begin:end] for begin, end in pairwise(edges)]
        self.ids = list(range(len(self._tokens)))
        self.longest = 0

    def decode(self, ids: list[int]) -> str:
        self.longest = max(self.longest, len(ids))
        return b"".join(self._tokens[each] for each in ids).decode("utf-8", "replace")


def _heard(vocabulary: Vocabulary) -> list[str]:
    words = Words(vocabulary.decode)
    return [*(words.add(token) for token in vocabulary.ids), words.end()]


@given(text=st.text(alphabet="aé中😀 ", max_size=40), cuts=st.sets(st.integers(0, 160)))
def test_text_is_the_whole_decoded_however_characters_are_cut(text: str, cuts: set[int]) -> None:
    assert "".join(_heard(Vocabulary(text.encode(), cuts))) == text


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_a_run_of_characters_that_no_token_ends_with_is_kept_whole(size: int) -> None:
    content = ("中" * 20).encode()

    heard = _heard(Vocabulary(content, set(range(1, len(content), size))))

    assert "".join(heard) == "中" * 20


def test_a_character_is_passed_with_its_last_token() -> None:
    assert _heard(Vocabulary("a😀b".encode(), {1, 2, 3, 4, 5})) == ["a", "", "", "", "😀", "b", ""]


def test_what_will_never_be_a_character_is_passed_in_the_end() -> None:
    assert "".join(_heard(Vocabulary(b"a\xff\xf0\x9f", {1, 2, 3}))) == b"a\xff\xf0\x9f".decode("utf-8", "replace")


def test_a_run_of_bytes_that_are_no_characters_is_passed_on_and_costs_little() -> None:
    vocabulary = Vocabulary(b"\xff" * 500, set(range(500)))

    heard = _heard(vocabulary)

    assert "".join(heard) == "\N{REPLACEMENT CHARACTER}" * 500
    assert max(map(len, heard)) < 100
    assert vocabulary.longest < 100


def test_a_long_text_is_never_decoded_as_a_whole() -> None:
    vocabulary = Vocabulary(b"ab " * 500, set(range(0, 1500, 3)))

    assert "".join(_heard(vocabulary)) == "ab " * 500
    assert vocabulary.longest <= 3
