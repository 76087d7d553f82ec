"""When each duty is done, over a store that does nothing."""

from types import SimpleNamespace
from typing import Any

import pytest

from common.errors import StoreUnavailable
from scheduler.duties.duty import Duty
from scheduler.duties.rota import STEP, Rota
from tests.builders import NOW


def store(*, my_turn: bool = True) -> Any:
    retention = SimpleNamespace(take_turn=lambda *_: my_turn, end_turn=lambda _: None, note_look=lambda _: None)
    return SimpleNamespace(retention=retention, now=lambda: NOW)


def duty(name: str, *answers: Any, seconds: float = 3600) -> tuple[Duty, list[int]]:
    """One that answers so, one after the other; and the limits that it was called with."""
    asked, left = [], list(answers)

    def do(limit: int) -> int:
        asked.append(limit)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return int(answer)

    return Duty(name, seconds, do), asked


def test_a_duty_that_is_not_through_is_due_at_once_and_one_that_is_waits() -> None:
    large, asked = duty("large", STEP, STEP, 7)
    small, asked_small = duty("small", 0)
    rota = Rota(store(), [large, small])

    assert [rota.look(), rota.look(), rota.look(), rota.look()] == [True, True, False, False]
    assert (asked, asked_small) == ([STEP] * 3, [STEP])


def test_when_its_interval_is_over_it_is_due_again() -> None:
    often, asked = duty("often", 0, 0, seconds=0)
    rota = Rota(store(), [often])

    rota.look()
    rota.look()

    assert len(asked) == 2


def test_who_has_no_turn_does_nothing() -> None:
    some, asked = duty("some", 0)

    assert Rota(store(my_turn=False), [some]).look() is False
    assert asked == []


def test_what_one_duty_cannot_get_over_keeps_no_other_from_theirs() -> None:
    broken, asked_broken = duty("broken", ValueError("what is this"))
    sound, asked = duty("sound", 0)
    rota = Rota(store(), [broken, sound])

    assert rota.look() is False
    assert rota.look() is False
    assert (len(asked_broken), len(asked)) == (1, 1)


def test_a_store_that_is_away_is_for_all_of_them() -> None:
    away, _ = duty("away", StoreUnavailable("not now"))
    sound, asked = duty("sound", 0)

    with pytest.raises(StoreUnavailable):
        Rota(store(), [away, sound]).look()
    assert asked == []
