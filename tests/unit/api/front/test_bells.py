"""Bells wake who waits on the loop from other threads, and all of them for good at the end."""

import asyncio
import threading

from api.front.bells import Bells


def test_a_ring_from_another_thread_wakes_those_that_it_is_for() -> None:
    async def wait() -> tuple[bool, bool]:
        bells, rung, other = Bells(), asyncio.Event(), asyncio.Event()
        ring = bells.hang(rung)
        bells.hang(other)
        threading.Thread(target=ring).start()
        await asyncio.wait_for(rung.wait(), 60)
        return rung.is_set(), other.is_set()

    assert asyncio.run(wait()) == (True, False)


def test_at_the_end_everybody_wakes_and_nobody_waits_any_more() -> None:
    async def wait() -> list[bool]:
        bells, before, gone, after = Bells(), asyncio.Event(), asyncio.Event(), asyncio.Event()
        bells.hang(before)
        bells.hang(gone)
        bells.take_down(gone)
        bells.ring_all_for_ever()
        bells.hang(after)
        return [event.is_set() for event in (before, gone, after)]

    assert asyncio.run(wait()) == [True, False, True]
