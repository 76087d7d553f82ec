"""Refusals carry a code for programs, a message for people and what the answer needs."""

import pickle

import pytest

from common import errors

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
    problems = [{"field": "gpus", "message": "Too many.", "code": "invalid"}]

    assert errors.InvalidInput("gpus: Too many.", problems).context == {"errors": problems}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {errors.InvalidInput}, key=lambda kind: kind.__name__))
def test_every_refusal_is_raised_with_a_message_alone(kind: type[errors.ServiceError]) -> None:
    assert pickle.loads(pickle.dumps(kind("why"))).message == "why"
