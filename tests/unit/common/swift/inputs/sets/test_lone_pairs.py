"""Pairs by infonce need others beside them, or something that does not fit."""

from typing import Any

import pytest

from common.swift.inputs.sets.lone_pairs import lone_pairs
from common.swift.inputs.verdict import Verdict
from tests.builders import make_spec

PAIRS = Verdict("/data/pairs.jsonl", rows=8, columns=("anchor", "positive"))
TRIPLES = Verdict("/data/triples.jsonl", rows=8, columns=("anchor", "positive", "Negative"))
INFONCE = {"task_type": "embedding", "loss_type": "infonce"}


def refused(*verdicts: Verdict | None, batch: int = 1, extra: dict[str, Any] = INFONCE, gpus: int = 1) -> list[str]:
    spec = make_spec(gpus=gpus, params={"batch_size": batch}, extra_args=extra)
    return [problem.field for problem in lone_pairs(spec, verdicts)]


def test_pairs_one_by_one_are_refused() -> None:
    assert refused(PAIRS) == ["params.batch_size"]
    assert refused(TRIPLES, PAIRS) == ["params.batch_size"]


@pytest.mark.parametrize(
    "changes",
    [
        {"batch": 2},
        {"gpus": 2},
        {"extra": {**INFONCE, "loss_type": "cosine_similarity"}},
        {"extra": {}},
        {"extra": {**INFONCE, "columns": {"positive": "negative"}}},
    ],
)
def test_with_others_beside_them_or_another_loss_they_are_taken(changes: dict[str, Any]) -> None:
    assert refused(PAIRS, **changes) == []


def test_what_does_not_fit_is_enough_and_what_nobody_sees_is_not_judged() -> None:
    assert refused(TRIPLES) == refused(None) == refused(Verdict("/data/any.parquet")) == []
