"""Thoughts told apart from answers: `reasoning_content`, the name that DeepSeek's API gave it and others took over."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from ..ask import Piece
from ..thoughts import Thoughts


async def told_apart(pieces: AsyncGenerator[Piece, None]) -> AsyncGenerator[Piece, None]:
    """The pieces, with thoughts as such; closing this closes them."""
    by_choice: dict[int, Thoughts] = {}
    async with aclosing(pieces):
        async for piece in pieces:
            thoughts = by_choice.setdefault(piece.index, Thoughts())
            thought, answer = thoughts.hear(piece.text, is_last=piece.finish is not None)
            yield replace(piece, text=answer, reasoning=piece.reasoning + thought)
