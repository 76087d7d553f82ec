from pathlib import Path

import pytest

from common.swift.programs.training.book import SHAPES, TOKENS, Book, Source
from common.swift.programs.training.causes import NOTHING_TO_LEARN
from common.swift.programs.training.ledger import FIRST, UNKNOWN, Batch, Reader, append
from common.swift.programs.training.row_numbers import ROWS_MAX, place_of


def notes(numbers: range, cause: str = "too_long") -> list[tuple[int, str, str]]:
    return [(number, cause, "why") for number in numbers]


def book_of(given: int, kept: int, taken: int, fitting: int | None = None) -> Book:
    return Book([Source("a.jsonl", given, kept, taken)], loaded=taken, fitting=taken if fitting is None else fitting)


def test_rows_are_given_and_used_and_the_others_counted_by_cause() -> None:
    book = book_of(given=40, kept=38, taken=38, fitting=8)
    book.add(Batch(SHAPES, 0, 40, notes(range(2), "null_content")))
    book.add(Batch(TOKENS, 2, 38, notes(range(10, 40))))

    told = book.summary()

    assert (told["given"], told["used"], told["share"], told["is_final"]) == (40, 8, 0.2, True)
    assert [(drop["cause"], drop["count"], len(drop["first"])) for drop in told["dropped"]] == [
        ("too_long", 30, FIRST),
        ("null_content", 2, 2),
    ]
    assert told["dropped"][1]["first"][0] == {"source": "a.jsonl", "row": 1, "why": "why"}


def test_rows_with_nothing_to_learn_stay_in_and_are_not_used() -> None:
    book = book_of(given=10, kept=10, taken=10)
    book.add(Batch(TOKENS, 0, 10, notes(range(4), NOTHING_TO_LEARN)))

    assert (book.given, book.used, book.share) == (10, 6, 0.6)


def test_of_a_sample_its_size_was_given_and_what_it_was_not_taken_of_is_told_apart() -> None:
    book = book_of(given=100, kept=50, taken=20, fitting=10)
    book.sources[0].is_sample = True
    book.add(Batch(SHAPES, 0, 100, notes(range(50), "null_content")))
    book.add(Batch(TOKENS, 50, 20, notes(range(60, 70))))

    told = book.summary()

    assert (told["given"], told["used"], told["share"]) == (20, 10, 0.5)
    assert [(drop["cause"], drop["count"]) for drop in told["dropped"]] == [("too_long", 10)]
    assert [(drop["cause"], drop["count"]) for drop in told["passed_over"]] == [("null_content", 50)]


def test_of_a_sample_of_more_rows_than_there_are_each_counts_as_often_as_it_was_taken() -> None:
    book = book_of(given=8, kept=8, taken=16, fitting=8)
    book.add(Batch(TOKENS, 0, 16, notes(range(4)) * 2))

    told = book.summary()

    assert (told["given"], told["used"], told["dropped"][0]["count"]) == (16, 8, 8)
    assert [row["row"] for row in told["dropped"][0]["first"]] == [1, 2, 3, 4]


def test_rows_that_are_read_while_the_model_trains_count_as_used_until_they_fail() -> None:
    book = Book([Source("a", 100, 100, 100)], loaded=100)
    for _ in range(3):  # epochs
        book.add(Batch(TOKENS, 7, 1, notes(range(7, 8))))

    assert (book.given, book.used, book.summary()["is_final"]) == (100, 99, False)


def test_of_a_stream_those_that_were_read_are_given() -> None:
    book = Book([Source("a")])
    book.add(Batch(SHAPES, 0, 16, notes(range(4), "null_content")))
    book.add(Batch(SHAPES, 0, 16, notes(range(4), "null_content")))  # read a second time for its features
    book.add(Batch(TOKENS, 4, 12, notes(range(4, 7))))

    assert (book.given, book.used) == (16, 9)


def test_a_stream_that_begins_again_gives_no_further_rows() -> None:
    book = Book([Source("a"), Source("b")])
    first, second = list(range(16)), [ROWS_MAX + 3, ROWS_MAX]
    for numbers in (first, second, first[8:], [*reversed(first), UNKNOWN]):
        book.add(Batch(TOKENS, numbers[0], len(numbers), notes(range(2, 4)), numbers))

    assert (book.given, book.used) == (19, 17)


def test_rows_that_a_stream_leaves_out_count_with_those_that_were_read_beside_them() -> None:
    book, numbers = Book([Source("a")], wanted=360), list(range(240))
    book.add(Batch(SHAPES, 0, 240, notes(range(0, 240, 6), "null_content"), numbers))
    assert (book.given, book.used) == (0, 0)
    kept = [number for number in numbers if number % 6]

    book.add(Batch(TOKENS, 1, 16, [], kept[:16]))
    assert (book.given, book.used, book.summary()["dropped"][0]["count"]) == (19, 16, 3)
    book.add(Batch(TOKENS, kept[16], 184, [], kept[16:]))
    assert (book.given, book.used) == (240, 200)

    book.add(Batch(SHAPES, 0, 240, notes(range(0, 240, 6), "null_content"), numbers))
    book.add(Batch(TOKENS, 1, 200, [], kept))
    assert (book.given, book.used) == (240, 200)


def test_at_the_end_of_a_stream_nothing_of_it_waits() -> None:
    book = Book([Source("a")])
    book.add(Batch(SHAPES, 0, 40, notes(range(30), "null_content"), list(range(40))))
    book.add(Batch(TOKENS, 30, 5, [], list(range(30, 35))))
    assert (book.given, book.used) == (20, 5)

    book.ends()

    assert (book.given, book.used) == (35, 5)


def test_of_a_stream_whose_rows_go_on_unseen_those_that_were_read_count_as_used() -> None:
    book = Book([Source("a")], go_on_unseen=True)
    book.add(Batch(SHAPES, 0, 40, notes(range(10), "null_content"), list(range(40))))

    assert (book.given, book.used) == (40, 30)


def test_what_is_left_out_of_the_data_to_validate_with_is_no_loss_of_those_to_train_on() -> None:
    book = Book([Source("a", 10, 10, 10), Source("b", 4, 4, 4, validates=True)], loaded=10, fitting=10)
    book.add(Batch(TOKENS, ROWS_MAX, 4, notes(range(ROWS_MAX, ROWS_MAX + 3))))

    told = book.summary()

    assert (told["given"], told["used"], told["dropped"]) == (10, 10, [])
    assert (told["validation_dropped"][0]["count"], told["validation_dropped"][0]["first"][0]["row"]) == (3, 1)


def test_a_row_without_a_number_counts_and_has_no_place() -> None:
    book = book_of(given=3, kept=1, taken=1)
    book.add(Batch(SHAPES, UNKNOWN, 3, [(UNKNOWN, "empty", "why")] * 2))

    assert book.summary()["dropped"] == [
        {"cause": "empty", "count": 2, "first": [{"source": "", "row": None, "why": "why"}] * 2}
    ]


def test_a_number_leads_to_data_set_and_row() -> None:
    assert place_of(0) == (0, 1)
    assert place_of(2 * ROWS_MAX + 41) == (2, 42)


def test_the_ledger_is_read_on_where_it_was_left_and_half_a_line_waits(tmp_path: Path) -> None:
    reader, batch = Reader(str(tmp_path)), Batch(TOKENS, 0, 2, notes(range(1)))
    append(str(tmp_path), batch)
    assert list(reader.new_batches()) == [batch]
    append(str(tmp_path), batch)
    [path] = tmp_path.glob("rows/*.jsonl")
    whole = path.read_bytes()

    path.write_bytes(whole[:-5])
    assert list(reader.new_batches()) == []
    path.write_bytes(whole)

    assert list(reader.new_batches()) == [batch]
    assert list(reader.new_batches()) == []


@pytest.mark.parametrize("count", [1, 4 * FIRST + 1, 100])
def test_the_first_rows_are_the_first_in_the_data_whoever_told_them_when(count: int) -> None:
    book = book_of(given=100, kept=100, taken=100)
    book.add(Batch(TOKENS, 0, count, list(reversed(notes(range(count))))))

    [drop] = book.summary()["dropped"]

    assert [row["row"] for row in drop["first"]] == list(range(1, min(count, FIRST) + 1))


def test_of_several_data_sets_each_weighs_what_was_taken_of_it() -> None:
    small, sampled = Source("a.jsonl", 100, 100, 100), Source("b.jsonl", 1000, 500, 10, is_sample=True)
    book = Book([small, sampled, Source("v.jsonl", 9, 1, 1, validates=True)], loaded=110, fitting=110)

    assert (book.given, book.used) == (110, 110)
    assert book.share == 1.0


def test_rows_that_are_gone_without_a_note_are_told_as_such() -> None:
    """As where ms-swift took what it had kept of an earlier reading."""
    told = book_of(given=40, kept=38, taken=38, fitting=30).summary()

    assert (told["given"], told["used"], told["dropped"]) == (
        40, 30, [{"cause": "wrong_shape", "count": 10, "first": []}],
    )  # fmt: skip


def test_a_row_of_which_several_are_made_is_one_row() -> None:
    """As ms-swift does of long texts with `truncation_strategy` split."""
    book = book_of(given=10, kept=10, taken=10, fitting=25)
    book.add(Batch(TOKENS, 0, 10, notes(range(2), NOTHING_TO_LEARN)))

    assert (book.given, book.used) == (10, 8)
