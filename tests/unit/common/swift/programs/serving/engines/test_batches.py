"""Batches: which rows go together, who fails, who waits for whom; with a `generate` that a test has written."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from common.swift.programs.serving.ask import Ask, Chat, Piece
from common.swift.programs.serving.engines import batches
from common.swift.programs.serving.engines.batches import Batches
from common.swift.programs.serving.engines.rows import Asked, Row


@pytest.fixture(autouse=True)
def _no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "forget_failure", lambda: None)


class Generated:
    """Notes each batch by the names of its rows, and ends each row with its name. A row called `bad` fails all."""

    def __init__(self, *, at: int = 0) -> None:
        self.batches: list[str] = []
        self.free = threading.Event()
        self.free.set()
        self._at = at

    def __call__(self, rows: Sequence[Row]) -> None:
        self.batches.append("".join(_name(row) for row in rows))
        self.free.wait(10)
        if any(_name(row) == "!" for row in rows):
            for row in rows:
                row.count = self._at
            raise RuntimeError("out of memory")
        batches.deliver([(row.asked, row._end("stop", _name(row))) for row in rows])


def _name(row: Row) -> str:
    return row.asked.encoded["name"]


def _asked(name: str, adapter: str = "") -> Asked:
    return Asked(Ask(Chat([]), adapter), {"prompt_tokens": 1, "name": name}, 5, asyncio.get_running_loop())


def _row(asked: Asked) -> Row:
    return Row(asked, 0, lambda _: "", frozenset(), ())


def _run(
    generated: Generated, names: Sequence[str], rows_max: int = 0, gone: Callable[[Asked], bool] = lambda _: False
) -> list[Any]:
    """What each row was told. All wait behind a first batch, `-`; a name's capital has the adapter of that name."""

    async def scenario() -> list[Any]:
        running = Batches(generated, rows_max)
        all_asked = [_asked(name, "A" if name.isupper() else "") for name in names]
        generated.free.clear()
        _add(running, _asked("-"))
        while not generated.batches:
            await asyncio.sleep(0.001)
        for asked in all_asked:
            _add(running, asked)
            asked.is_gone = gone(asked)
        generated.free.set()
        waited_for = [asked for asked in all_asked if not asked.is_gone]
        return [await asked.pieces.get() for asked in waited_for]

    return [_told(each) for each in asyncio.run(asyncio.wait_for(scenario(), 20))]


def _add(running: Batches, asked: Asked) -> None:
    running.announce()
    running.add([_row(asked)])


def _told(said: Any) -> Any:
    return said.text if isinstance(said, Piece) else type(said).__name__


def test_rows_that_wait_go_together() -> None:
    generated = Generated()

    assert _run(generated, "abc") == ["a", "b", "c"]
    assert generated.batches == ["-", "abc"]


def test_no_batch_has_more_rows_than_it_may() -> None:
    generated = Generated()

    assert _run(generated, "abcde", rows_max=2) == ["a", "b", "c", "d", "e"]
    assert generated.batches == ["-", "ab", "cd", "e"]


def test_each_request_has_a_turn_before_any_has_a_second_one() -> None:
    generated = Generated()

    async def scenario() -> None:
        running = Batches(generated, 3)
        many, few, last = (_asked(name) for name in "abc")
        generated.free.clear()
        _add(running, _asked("-"))
        while not generated.batches:
            await asyncio.sleep(0.001)
        for asked, count in ((many, 5), (few, 1), (last, 2)):
            running.announce()
            running.add([_row(asked) for _ in range(count)])
        generated.free.set()
        for asked, count in ((many, 5), (few, 1), (last, 2)):
            for _ in range(count):
                await asked.pieces.get()

    asyncio.run(scenario())

    assert generated.batches == ["-", "abc", "aca", "aa"]


def test_a_batch_has_rows_of_one_adapter() -> None:
    generated = Generated()

    assert _run(generated, "aBcDe", rows_max=2) == ["a", "B", "c", "D", "e"]
    assert generated.batches == ["-", "ac", "BD", "e"]


def test_a_row_that_nobody_waits_for_is_not_generated() -> None:
    generated = Generated()

    assert _run(generated, "abc", gone=lambda asked: asked.encoded["name"] == "b") == ["a", "c"]
    assert generated.batches == ["-", "ac"]


def test_a_batch_that_fails_is_run_in_halves_and_only_the_guilty_row_fails() -> None:
    generated = Generated()

    assert _run(generated, "ab!de") == ["a", "b", "RuntimeError", "d", "e"]
    assert generated.batches == ["-", "ab!de", "ab", "!de", "!", "de"]


def test_rows_that_were_under_way_are_not_begun_again() -> None:
    generated = Generated(at=3)

    assert _run(generated, "a!c") == ["RuntimeError"] * 3
    assert generated.batches == ["-", "a!c"]


def test_the_thread_goes_on_after_each_failure() -> None:
    generated = Generated()

    async def scenario() -> list[Any]:
        running = Batches(generated, 0)
        said = []
        for name in "!a!b":
            asked = _asked(name)
            _add(running, asked)
            said.append(await asked.pieces.get())
        return said

    assert [_told(each) for each in asyncio.run(asyncio.wait_for(scenario(), 10))] == [
        "RuntimeError", "a", "RuntimeError", "b",
    ]  # fmt: skip


def test_a_loop_that_is_closed_takes_nothing_from_the_others() -> None:
    generated = Generated()
    closed = asyncio.new_event_loop()
    closed.close()

    async def scenario() -> Any:
        running = Batches(generated, 0)
        lost, asked = _asked("x"), _asked("a")
        lost.loop = closed
        running.announce()
        running.announce()
        running.add([_row(lost)])
        running.add([_row(asked)])
        first = await asked.pieces.get()
        again = _asked("b")
        _add(running, again)
        return [first, await again.pieces.get()]

    assert [_told(each) for each in asyncio.run(asyncio.wait_for(scenario(), 10))] == ["a", "b"]


def test_a_batch_waits_for_requests_that_are_being_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "GATHER_SECONDS", 10)
    generated = Generated()

    async def scenario() -> None:
        running, first, second = Batches(generated, 0), _asked("a"), _asked("b")
        running.announce()
        running.announce()
        running.announce()
        running.add([_row(first)])
        await asyncio.sleep(0.05)  # it shows that nothing is generated meanwhile
        assert not generated.batches
        running.withdraw()
        running.add([_row(second)])
        assert _told(await first.pieces.get()) == "a"

    asyncio.run(asyncio.wait_for(scenario(), 5))

    assert generated.batches == ["ab"]


def test_a_full_batch_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "GATHER_SECONDS", 10)
    generated = Generated()

    async def scenario() -> None:
        running, asked = Batches(generated, 1), _asked("a")
        running.announce()
        _add(running, asked)
        await asked.pieces.get()

    asyncio.run(asyncio.wait_for(scenario(), 5))

    assert generated.batches == ["a"]


def test_a_batch_waits_no_longer_than_a_moment() -> None:
    generated = Generated()

    async def scenario() -> float:
        running, asked = Batches(generated, 0), _asked("a")
        running.announce()
        begin = time.monotonic()
        _add(running, asked)
        await asked.pieces.get()
        return time.monotonic() - begin

    waited = asyncio.run(asyncio.wait_for(scenario(), 10))

    assert waited >= batches.GATHER_SECONDS


def test_a_row_that_generate_left_open_is_ended() -> None:
    async def scenario() -> Any:
        asked = _asked("a")
        _add(Batches(lambda _: None, 0), asked)
        return await asked.pieces.get()

    piece = asyncio.run(asyncio.wait_for(scenario(), 10))

    assert (piece.text, piece.finish) == ("", "stop")
