from common.rows import Rows, UnusedRow, UnusedRows, dump_rows, load_rows, rows_of, summary, validation_summary

LONG = UnusedRows("too_long", 36, (UnusedRow("/data/train.jsonl", 2, "724 tokens"),))
NULL = UnusedRows("null_content", 1, (UnusedRow("", None, "?"),))


def test_rows_come_back_as_they_were_written() -> None:
    rows = Rows(40, 3, (LONG, NULL), (NULL,), is_final=False)

    assert load_rows(dump_rows(rows)) == rows
    assert load_rows("") is None


def test_what_is_not_known_of_the_launchers_words_is_left_out() -> None:
    assert rows_of({"given": 4, "used": 4, "share": 1.0, "of_later": 1}) == Rows(4, 4)


def test_in_words_it_says_how_many_why_and_where_the_first_is() -> None:
    assert summary(Rows(1040, 1003, (LONG, NULL))) == (
        "1,003 of 1,040 rows are used; left out: 36 longer than max_length (row 2 of train.jsonl first), "
        "1 with null in place of a text"
    )
    assert summary(Rows(40, 40)) == "all 40 rows are used"
    assert summary(Rows(40, 4)) == "4 of 40 rows are used"  # what ms-swift kept of an earlier reading has no causes
    assert summary(Rows(40, 40, is_final=False)) == "40 rows were used so far"
    assert summary(Rows(40, 39, (NULL,), is_final=False)).startswith("39 of 40 rows are used so far; left out: 1 with")
    assert validation_summary(Rows(4, 4)) == ""
    assert validation_summary(Rows(4, 4, (), (LONG,))).startswith("of the data to validate with: 36 longer")
