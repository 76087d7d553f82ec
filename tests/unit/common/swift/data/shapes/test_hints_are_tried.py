"""Each sentence that refuses a record is in the table of hints, whose every row is followed with the real ms-swift
(tests/e2e/workers/test_shapes_reach_the_model.py).
"""

import re

import pytest

from common.swift.inputs import judge_for
from tests.sentences.in_code import sentences
from tests.shapes.hints import HINTS, Hint

# How a list of rounds is written is no hint, and the teacher is an option's matter.
NO_HINTS = ("no list of pairs of question and answer", "gkd learns from a teacher")


@pytest.mark.parametrize("hint", [pytest.param(hint, id=f"{hint.method}: {hint.says}") for hint in HINTS])
def test_the_record_is_refused_with_the_hint_and_taken_once_it_was_followed(hint: Hint) -> None:
    followed = hint.followed

    assert hint.says in judge_for(hint.method, hint.extra)(hint.record)
    assert judge_for(followed.method, followed.extra)(followed.records[0]) == ""


def test_every_sentence_that_refuses_a_record_was_tried() -> None:
    told = [judge_for(hint.method, hint.extra)(hint.record) for hint in HINTS]
    made = {text for text, where in sentences().items() if where.startswith("common/swift/data/shapes/")}
    refusing = {text for text in made if not _describes(text) and not any(part in text for part in NO_HINTS)}

    untried = {text for text in refusing if not any(_pattern(text).search(sentence) for sentence in told)}

    assert untried == set()


def _describes(text: str) -> bool:
    """Whether the sentence tells what a shape is taken for (`Plan.says`)."""
    return any(
        words in text
        for words in (
            " is the better answer",
            "prompt is made of",
            " fits ",
            "is learned as it",
            "is the text",
            "ends with the answer",
            " data: ",
            "tells whether",
            "not used",
            "ends with what",
        )
    )


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, template.split("{}"))), re.DOTALL)
