"""Several data sets are judged together: what counts is how much is left of all of them."""

from dataclasses import replace

import pytest

from common.reasons import Reason
from common.swift.inputs.sets.seen import Seen, problems_together
from common.swift.inputs.verdict import Cause, Verdict


def seen(name: str, rows: int, unusable: int = 0, sample: str = "", whole: bool = True) -> Seen:
    causes = (Cause("answers are null", unusable, (("line 1", "its content is null"),)),) if unusable else ()
    return Seen(name, f"/data/{name}.jsonl{sample}", Verdict(f"/data/{name}.jsonl", "", rows, causes, whole=whole))


def refused(*looked_at: Seen, are_all: bool = True) -> list[str]:
    return [problem.field for problem in problems_together(looked_at, 0.5, are_all=are_all)]


def test_a_bad_one_beside_many_good_rows_is_not_refused() -> None:
    assert refused(seen("good", 100), seen("bad", 10, 8)) == []


def test_the_bad_ones_are_refused_where_they_are_most_of_the_rows() -> None:
    assert refused(seen("good", 10), seen("bad", 100, 80), seen("worse", 10, 9)) == ["bad", "worse"]


def test_a_sample_weighs_what_is_taken_of_it() -> None:
    assert refused(seen("good", 10), seen("bad", 1000, 900)) == ["bad"]
    assert refused(seen("good", 10), seen("bad", 1000, 900, "#1")) == []
    assert refused(seen("good", 1000, sample="#1"), seen("bad", 10, 8)) == ["bad"]


@pytest.mark.parametrize("are_all", [True, False])
def test_one_without_any_usable_row_is_refused_whatever_the_others_have(are_all: bool) -> None:
    assert refused(seen("good", 1000), seen("bad", 2, 2), are_all=are_all) == ["bad"]


def test_beside_one_that_is_not_seen_here_nothing_is_too_little() -> None:
    assert refused(seen("bad", 10, 8), are_all=False) == []
    assert refused(seen("bad", 10, 8)) == ["bad"]


def test_where_only_samples_were_read_all_have_to_be_bad() -> None:
    assert refused(seen("good", 10), seen("bad", 1000, 900, whole=False)) == []
    assert refused(seen("other", 10, 6), seen("bad", 1000, 900, whole=False)) == ["other", "bad"]


def test_what_is_not_there_or_cannot_be_read_is_refused_first() -> None:
    gone = Seen("gone", "/data/gone.jsonl", None)
    torn = replace(seen("torn", 0), verdict=Verdict("/data/torn.jsonl", "line 7 is cut off"))

    found = problems_together([seen("bad", 10, 8), gone, torn], 0.5)

    assert [(problem.field, problem.code) for problem in found] == [
        ("gone", Reason.DATA_NOT_FOUND),
        ("torn", Reason.DATA_INVALID),
    ]


def test_a_sample_is_taken_of_usable_rows_and_asks_for_no_others() -> None:
    assert refused(seen("bad", 400, 360)) == ["bad"]
    assert refused(seen("bad", 400, 360, "#10")) == []
    assert refused(seen("bad", 400, 400, "#10")) == ["bad"]
    assert refused(seen("bad", 400, 360, "#10"), seen("worse", 100, 90)) == ["worse"]
