from types import SimpleNamespace
from typing import Any

import pytest

from common.swift.programs.training.labels import is_masked

OFF, ON = [-100, -100], [-100, 7]


def template(task_type: str = "causal_lm", mode: str = "train") -> Any:
    return SimpleNamespace(task_type=task_type, mode=mode)


@pytest.mark.parametrize(
    ("encoded", "mode", "masked"),
    [
        ({"labels": ON}, "train", False),
        ({"labels": OFF}, "train", True),
        ({"labels": None}, "train", False),
        ({"chosen_labels": ON, "rejected_labels": ON}, "rlhf", False),
        ({"chosen_labels": ON, "rejected_labels": OFF}, "rlhf", True),
        ([{"labels": OFF}, {"labels": ON}], "train", False),
        ([{"labels": OFF}, {"labels": OFF}], "train", True),
        ({"labels": OFF}, "transformers", False),
        ({"labels": []}, "train", True),
    ],
)
def test_a_row_teaches_when_one_label_of_each_answer_counts(encoded: Any, mode: str, masked: bool) -> None:
    assert is_masked(encoded, template(mode=mode)) is masked


def test_classes_and_scores_are_no_tokens() -> None:
    assert not is_masked({"labels": OFF}, template("seq_cls"))
