import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.swift.command.argv import OptionRefused, argv_of


@pytest.mark.parametrize(
    ("value", "argv"),
    [
        (1e-4, ["--x=0.0001"]),
        (3, ["--x=3"]),
        (True, ["--x=true"]),
        (False, ["--x=false"]),
        ("--y", ["--x=--y"]),
        ("", ["--x="]),
        (["a"], ["--x=a"]),
        (["-a"], ["--x=-a"]),
        (["q_proj", "v_proj"], ["--x", "q_proj", "v_proj"]),
        ([0.5, -1], ["--x", "0.5", "-1"]),
        ({"text": "query"}, ['--x={"text": "query"}']),
        (None, []),
        ([], []),
    ],
)
def test_a_value_becomes_the_argv_that_argparse_reads_as_one_option(value: Any, argv: list[str]) -> None:
    assert argv_of({"x": value}) == argv


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, "a\0b", "\ud800", "x" * 100_001, ["a", "--output_dir"], ["a", "-1e3x"], object()]
)
def test_a_value_that_cannot_be_passed_is_refused_by_name(value: Any) -> None:
    with pytest.raises(OptionRefused, match=r"^stop_words: "):
        argv_of({"stop_words": value})


@given(st.text() | st.lists(st.text()))
def test_no_value_becomes_an_option_of_its_own(value: Any) -> None:
    try:
        argv = argv_of({"x": value})
    except OptionRefused:
        return
    assert [item for item in argv if item.startswith("--") and item != "--x" and not item.startswith("--x=")] == []
