import json
from pathlib import Path

import pytest

from common.swift.programs.training import facts
from common.swift.programs.training.book import TOKENS, Book, Source
from common.swift.programs.training.causes import NOTHING_TO_LEARN
from common.swift.programs.training.ledger import Batch
from common.swift.programs.training.orders import Orders
from common.swift.programs.training.verdicts import Learning, judge_rows


def book_of(given: int, used: int) -> Book:
    return Book([Source("a", given, used, used)], loaded=used, fitting=used)


def streamed(seen: int, dropped: int) -> Book:
    book = Book([Source("a")])
    book.add(Batch(TOKENS, 0, seen, [(number, "too_long", "") for number in range(dropped)]))
    return book


def stopped(folder: Path) -> str:
    path = folder / facts.STOPPED
    return json.loads(path.read_text())["reason"] if path.exists() else ""


def judged(folder: Path, book: Book, least: float = 0.5, *, at_end: bool = False) -> str:
    try:
        judge_rows(Orders(str(folder), min_rows_used=least), book, at_end=at_end)
    except SystemExit as end:
        assert end.code == facts.STOPPED_EXIT
    return stopped(folder)


@pytest.mark.parametrize(
    ("book", "least", "verdict"),
    [
        (book_of(40, 20), 0.5, ""),
        (book_of(40, 19), 0.5, "data_dropped"),
        (book_of(40, 4), 0.1, ""),
        (book_of(40, 0), 0.0, "data_dropped"),
        (book_of(40, 40), 1.0, ""),
        (Book(), 0.5, ""),
    ],
)
def test_a_share_decides(tmp_path: Path, book: Book, least: float, verdict: str) -> None:
    assert judged(tmp_path, book, least) == verdict


def test_rows_in_which_nothing_can_be_learnt_are_said_to_be_so(tmp_path: Path) -> None:
    book = book_of(8, 8)
    book.add(Batch(TOKENS, 0, 8, [(number, NOTHING_TO_LEARN, "") for number in range(8)]))

    assert judged(tmp_path, book) == "nothing_learned"


def test_a_stream_is_given_the_benefit_of_the_doubt_until_it_ends(tmp_path: Path) -> None:
    assert judged(tmp_path, streamed(100, 52)) == ""
    assert judged(tmp_path, streamed(100, 100)) == "data_dropped"


def test_at_its_end_a_stream_is_judged_by_all_that_was_read(tmp_path: Path) -> None:
    assert judged(tmp_path, streamed(100, 52), at_end=True) == "data_dropped"


@pytest.mark.parametrize(
    ("dropped", "is_whole", "verdict"),
    [(40, False, ""), (61, False, "data_dropped"), (40, True, ""), (51, True, "data_dropped")],
)
def test_a_stream_is_ended_when_the_steps_to_come_cannot_make_up_for_it(
    tmp_path: Path, dropped: int, is_whole: bool, verdict: str
) -> None:
    book = streamed(100, dropped)
    book.wanted, book.is_whole = 60, is_whole

    assert judged(tmp_path, book) == verdict


STILL, MOVES, BROKEN = (0.0, 0.0), (0.0, 0.4), (0.0, float("nan"))


@pytest.mark.parametrize(
    ("method", "steps", "ended_after"),
    [
        ("sft", [STILL] * 10, 3),
        ("sft", [STILL, STILL, MOVES, *[STILL] * 10], None),
        ("sft", [MOVES, *[STILL] * 10], None),
        ("sft", [STILL], 2),  # at its end
        ("sft", [BROKEN] * 5, None),  # has diverged, which the worker sees
        ("grpo", [STILL] * 10, 11),
        ("grpo", [*[STILL] * 9, MOVES], None),
        ("sft", [], None),
    ],
)
def test_a_model_that_never_moves_learns_nothing(
    tmp_path: Path, method: str, steps: list[tuple[float, float]], ended_after: int | None
) -> None:
    learning = Learning(Orders(str(tmp_path), method))
    taken = 0

    try:
        for loss, gradient in steps:
            taken += 1
            learning.saw(loss, gradient)
        taken += 1
        learning.end()
    except SystemExit:
        assert taken == ended_after
    else:
        assert ended_after is None
    assert stopped(tmp_path) == ("nothing_learned" if ended_after else "")


@pytest.mark.parametrize(
    ("logs", "about"),
    [
        ([{"reward": 0.0, "frac_reward_zero_std": 1.0}, {"reward": 0.5, "frac_reward_zero_std": 1.0}], "0.25"),
        ([{"reward": 0.0, "frac_reward_zero_std": 1.0}, {"reward": 0.5, "frac_reward_zero_std": 0.5}], ""),
        ([{}, {}], ""),
    ],
)
def test_answers_that_were_all_rewarded_alike_are_told(
    tmp_path: Path, logs: list[dict[str, float]], about: str
) -> None:
    learning = Learning(Orders(str(tmp_path), "grpo"))
    for each in logs:
        learning.saw(0.0, 0.0, each)

    with pytest.raises(SystemExit):
        learning.end()

    assert facts.read(tmp_path, facts.STOPPED) == {"reason": "nothing_learned", "about": about}
