"""A body as it comes: whole, in pieces, broken off."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from api.front.bodies import IN_MEMORY_BYTES, BodyBroken, Incoming

Receive = Callable[[], Awaitable[dict[str, Any]]]


def sends(pieces: Sequence[bytes], *, then: str = "end") -> Receive:
    """A client that sends these pieces; then it is done, falls silent or hangs up."""
    left = list(pieces)

    async def receive() -> dict[str, Any]:
        if left:
            piece = left.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(left) or then != "end"}
        if then == "silence":
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    return receive


def whole(receive: Receive, most: int = 100) -> bytes:
    async def read() -> bytes:
        body = await Incoming(receive, 0.01).up_to(most)
        with body:
            body.seek(0)
            return body.read()

    return asyncio.run(read())


def test_a_body_is_received_until_it_is_whole() -> None:
    assert whole(sends([b"one", b"", b"two"])) == b"onetwo"
    assert whole(sends([b""])) == b""
    assert whole(sends([b"x" * IN_MEMORY_BYTES] * 3), most=10**9) == b"x" * 3 * IN_MEMORY_BYTES


def test_of_one_that_is_too_long_no_more_is_received_than_shows_that() -> None:
    assert whole(sends([b"x" * 60] * 1000), most=100) == b"x" * 120


@pytest.mark.parametrize("then", ["silence", "disconnect"])
def test_one_that_breaks_off_is_never_taken_for_whole(then: str) -> None:
    with pytest.raises(BodyBroken):
        whole(sends([b"half"], then=then))


def test_pieces_are_joined_until_there_are_enough() -> None:
    async def read() -> list[bytes]:
        incoming = Incoming(sends([b"abc"] * 5), 0.01)
        return [await incoming.pieces(6, seconds=60) for _ in range(4)]

    assert asyncio.run(read()) == [b"abcabc", b"abcabc", b"abc", b""]


def test_what_comes_slowly_is_handed_on_when_the_time_is_over() -> None:
    async def read() -> bytes:
        return await Incoming(sends([b"a", b"b"], then="silence"), 60).pieces(1000, seconds=0.01)

    assert asyncio.run(read()) == b"ab"
