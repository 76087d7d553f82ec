"""Data that a step would take as a whole, and that are dropped for being too few, are refused."""

from typing import Any

import pytest

from common.swift.inputs.sets.seen import Seen
from common.swift.inputs.sets.short import short_data
from common.swift.inputs.verdict import Verdict
from tests.builders import make_spec

DROPS = {"dataloader_drop_last": True}


def refused(rows: tuple[int, ...], extra: dict[str, Any], *, gpus: int = 1, whole: bool = True) -> list[str]:
    seen = [Seen("data_path", f"{count}.jsonl", Verdict(f"{count}.jsonl", rows=count, whole=whole)) for count in rows]
    found = short_data(make_spec(gpus=gpus, params={"batch_size": 4}, extra_args=extra), seen)
    return [problem.message for problem in found]


def test_fewer_rows_than_a_step_takes_are_refused_with_the_numbers() -> None:
    [why] = refused((5,), DROPS, gpus=2)

    assert why == (
        "the data have 5 rows and a step takes 8 (batch_size=4 × gpus=2): all of them would be dropped, and no step "
        "trained; leave it out, or set batch_size lower"
    )
    assert len(refused((1, 2), DROPS)) == 1


@pytest.mark.parametrize(
    ("rows", "extra"),
    [
        ((4,), DROPS), ((1, 3), DROPS), ((3,), {}), ((3,), {"dataloader_drop_last": "false"}), ((0,), DROPS),
        ((3,), DROPS | {"streaming": True}), ((3,), DROPS | {"truncation_strategy": "split"}), ((), DROPS),
    ],
)  # fmt: skip
def test_data_that_fill_a_step_or_are_not_dropped_are_taken(rows: tuple[int, ...], extra: dict[str, Any]) -> None:
    assert refused(rows, extra) == []


def test_rows_that_were_not_counted_are_enough() -> None:
    assert refused((3,), DROPS, whole=False) == []
