"""One choice of a batch: what it tells, token by token, and how it ends."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from common.swift.programs.serving.ask import Ask, Chat, Text, Token
from common.swift.programs.serving.engines.rows import Asked, Row

END = 9
TEXTS = {
    0: "a", 1: "b", 2: "<", 3: "/", 4: ">", END: "<end>",
    5: "<think>", 6: "</think>", 7: "<thi", 8: "nk>", 10: "x</think>y",
}  # fmt: skip


def _row(room: int = 10, stops: tuple[str, ...] = (), **ask: Any) -> Row:
    loop = asyncio.new_event_loop()
    loop.close()
    asked = Asked(Ask(Chat([]), **ask), {"prompt_tokens": 5, "input_ids": [1, 2]}, room, loop)
    return Row(asked, 1, lambda ids: "".join(TEXTS[each] for each in ids), frozenset({END}), stops)


def _take(row: Row, *tokens: int, is_complete: bool = False) -> list[Any]:
    """Each piece as (text, finish), None where nothing is told."""
    pieces = [row.take(token, None, is_complete=is_complete) for token in tokens]
    return [piece and (piece.text, piece.finish) for piece in pieces]


def test_a_whole_answer_is_told_at_its_end() -> None:
    assert _take(_row(), 0, 1, END) == [None, None, ("ab", "stop")]


def test_a_stream_is_told_as_it_comes() -> None:
    assert _take(_row(is_streamed=True), 0, 1, END) == [("a", None), ("b", None), ("", "stop")]


def test_an_answer_ends_when_its_room_is_taken() -> None:
    assert _take(_row(room=2), 0, 1) == [None, ("ab", "length")]
    assert _take(_row(room=2), 0, END) == [None, ("a", "stop")]


def test_a_stop_text_is_no_part_of_the_answer_whoever_asks_for_it() -> None:
    assert _take(_row(is_streamed=True, stop=("</>",)), 0, 2, 3, 4) == [("a", None), None, None, ("", "stop")]
    assert _take(_row(is_streamed=True, stops=("</",)), 0, 2, 3) == [("a", None), None, ("", "stop")]


def test_what_only_began_a_stop_is_told_at_the_end() -> None:
    assert _take(_row(is_streamed=True, stop=("</>",)), 2, 3, END) == [None, None, ("</", "stop")]
    assert _take(_row(room=1, stop=("</>",)), 2) == [("<", "length")]


def test_a_form_that_is_complete_ends_the_answer() -> None:
    assert _take(_row(stop=("</>",)), 2, is_complete=True) == [("<", "stop")]


def test_what_the_template_begins_an_answer_with_is_told_first() -> None:
    row = _row(is_streamed=True)
    row.begin("<think>")
    row.begin("")

    assert _take(row, 0, END) == [("<think>a", None), ("", "stop")]


def test_an_answer_that_the_engine_cuts_off_is_told_once() -> None:
    row = _row()
    _take(row, 0, 2)

    piece = row.cut_off()

    assert piece is not None
    assert (piece.text, piece.finish) == ("a<", "stop")
    assert row.cut_off() is None


def test_a_piece_counts_tokens_and_has_each_of_them_once() -> None:
    row = _row(is_streamed=True, stop=("</>",), logprobs=0)
    tokens = [Token("a", -1.0), Token("<", -2.0), Token("b", -3.0)]

    pieces = [row.take(token, told, is_complete=False) for token, told in zip((0, 2, 1), tokens, strict=True)]
    pieces.append(row.take(END, None, is_complete=False))

    told = [
        (piece.index, piece.text, piece.tokens, piece.prompt_tokens, piece.completion_tokens)
        for piece in pieces
        if piece
    ]
    assert told == [
        (1, "a", tokens[:1], 5, 1),
        (1, "", tokens[1:2], 5, 2),
        (1, "<b", tokens[2:], 5, 3),
        (1, "", [], 5, 4),
    ]


THOUGHTS = {
    "none": ([1, 2], "", [0, 0]),
    "begun by the model": ([5, 1, 6, 2, 2], "", [1, 2, 3, 3, 3]),
    "begun by the template": ([1, 1, 6, 2], "<think>", [1, 2, 3, 3]),
    "all of it": ([5, 1, 1], "", [1, 2, 3]),
    "a mark of several tokens": ([7, 8, 1, 6, 2], "", [0, 2, 3, 4, 4]),
    "the end of it and the answer in one token": ([5, 10, 1], "", [1, 2, 2]),
    "a mark in the answer": ([1, 5, 1], "", [0, 0, 0]),
}


@pytest.mark.parametrize(("tokens", "begun", "counts"), THOUGHTS.values(), ids=THOUGHTS.keys())
def test_tokens_of_a_thought_are_counted(tokens: list[int], begun: str, counts: list[int]) -> None:
    row = _row(is_streamed=True)
    row.begin(begun)

    pieces = [row.take(token, Token("", 0.0), is_complete=False) for token in tokens]
    assert [piece and piece.reasoning_tokens for piece in pieces] == counts

    row = _row(room=len(tokens))
    row.begin(begun)
    last = [row.take(token, None, is_complete=False) for token in tokens][-1]
    assert last is not None
    assert (last.completion_tokens, last.reasoning_tokens) == (len(tokens), counts[-1])


def test_a_text_that_is_gone_on_from_has_no_thoughts() -> None:
    row = _row(room=1)
    row = Row(replace(row.asked, ask=Ask(Text("a"))), 0, lambda _: "<think>", frozenset(), ())

    piece = row.take(5, None, is_complete=False)

    assert piece is not None
    assert piece.reasoning_tokens is None


def test_a_row_is_over_when_it_has_ended_or_nobody_waits() -> None:
    ended, left = _row(room=1), _row()
    assert not ended.is_over

    _take(ended, 0)
    left.asked.is_gone = True

    assert ended.is_over
    assert left.is_over
    assert left.cut_off() is None


def test_the_prompts_tokens_are_those_that_were_encoded() -> None:
    row = _row()
    assert row.asked.prompt == [1, 2]

    row.asked.encoded = {"inputs_embeds": object()}

    assert row.asked.prompt == []
