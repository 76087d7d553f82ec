"""Refusals carry a code for programs, a message for people and what the answer needs."""

import pickle

import pytest

from common import errors
from common.field_problem import FieldProblem
from common.reasons import Reason

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ServiceError)]


def test_codes_are_words_of_their_own() -> None:
    codes = [kind.code for kind in KINDS]

    assert len(codes) == len(set(codes)) >= 10
    assert all(code.replace("_", "").islower() and code.isidentifier() for code in codes)


def test_a_refusal_keeps_its_message_and_its_context() -> None:
    refusal = errors.JobNotFound("there is no job 'a'", job_id="a")

    assert (str(refusal), refusal.message, refusal.context) == (
        "there is no job 'a'",
        "there is no job 'a'",
        {"job_id": "a"},
    )


def test_wrong_input_lists_its_fields() -> None:
    refusal = errors.InvalidInput(FieldProblem("gpus", "invalid", "Too many."), FieldProblem("env", Reason.HUNG, "No."))

    assert refusal.message == "gpus: Too many.; env: No."
    assert refusal.context == {
        "errors": [
            {"field": "gpus", "message": "Too many.", "code": "invalid"},
            {"field": "env", "message": "No.", "code": "hung"},
        ]
    }


def test_a_message_may_tell_of_the_first_fields_only() -> None:
    problems = [FieldProblem(f"field_{number}", "invalid", "Wrong.") for number in range(9)]
    refusal = errors.InvalidInput(*problems, shown=2)

    assert refusal.message == "field_0: Wrong.; field_1: Wrong."
    assert len(refusal.context["errors"]) == 9


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {errors.InvalidInput}, key=lambda kind: kind.__name__))
def test_every_refusal_is_raised_with_a_message_alone(kind: type[errors.ServiceError]) -> None:
    assert pickle.loads(pickle.dumps(kind("why"))).message == "why"
