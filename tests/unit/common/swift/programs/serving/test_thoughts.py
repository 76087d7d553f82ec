import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.swift.programs.serving.ask import Piece
from common.swift.programs.serving.chat.thoughts import told_apart
from common.swift.programs.serving.overlap import overlap
from common.swift.programs.serving.thoughts import Thoughts

SAID = [
    ("<think>\nhm\n</think>\n\nYes.", "\nhm\n", "Yes."),
    ("\n<think>hm</think>Yes.", "hm", "Yes."),
    ("<think></think>\n\n{}", "", "{}"),
    ("<think>never ends", "never ends", ""),
    ("<think>a < b </thin", "a < b </thin", ""),
    ("<think>a</think>b <think>c</think>", "a", "b <think>c</think>"),
    ("Yes.", "", "Yes."),
    ("  Yes.", "", "  Yes."),
    ("<thin", "", "<thin"),
    ("<thinking>no</thinking>", "", "<thinking>no</thinking>"),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "thought", "answer"), SAID)
@given(cuts=st.lists(st.integers(0, 40)))
def test_a_thought_is_told_apart_wherever_the_text_is_cut(
    text: str, thought: str, answer: str, cuts: list[int]
) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[begin:end] for begin, end in pairwise(places)] or [""]
    thoughts = Thoughts()

    told = [thoughts.hear(piece, is_last=place == len(pieces) - 1) for place, piece in enumerate(pieces)]

    assert ("".join(one for one, _ in told), "".join(one for _, one in told)) == (thought, answer)


def test_a_thought_passes_as_it_comes() -> None:
    thoughts = Thoughts()

    told = [thoughts.hear(text, is_last=False) for text in ("<th", "ink>I ", "see </", "think", ">\n", "Yes", ".")]

    assert told == [("", ""), ("I ", ""), ("see ", ""), ("", ""), ("", ""), ("", "Yes"), ("", ".")]


def test_each_choice_has_thoughts_of_its_own_and_an_engines_own_are_kept() -> None:
    async def pieces():  # type: ignore[no-untyped-def]
        yield Piece(0, "<think>a", reasoning="engine's ")
        yield Piece(1, "b")
        yield Piece(0, "</think>c", finish="stop")

    async def heard() -> list[tuple[int, str, str]]:
        return [(piece.index, piece.reasoning, piece.text) async for piece in told_apart(pieces())]

    assert asyncio.run(heard()) == [(0, "engine's a", ""), (1, "", "b"), (0, "", "c")]


@pytest.mark.parametrize(
    ("text", "marks", "size"), [("abc", ("cd",), 1), ("abc", ("bcd", "c"), 2), ("abc", ("abc",), 0), ("", ("a",), 0)]
)
def test_an_overlap_is_the_longest_beginning_of_a_mark(text: str, marks: tuple[str, ...], size: int) -> None:
    assert overlap(text, *marks) == size
