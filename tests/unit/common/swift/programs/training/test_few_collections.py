"""While rows come and go, Python's collector leaves alone what was there before."""

import gc

import pytest

from common.swift.programs.training.counting import few_collections


def test_what_was_there_is_looked_through_again_when_the_rows_are_read() -> None:
    before = gc.get_freeze_count()

    with pytest.raises(ValueError, match="a row"), few_collections():
        assert gc.get_freeze_count() > before
        raise ValueError("a row")

    assert gc.get_freeze_count() == before
