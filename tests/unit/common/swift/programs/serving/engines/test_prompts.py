"""What can be known of a prompt before a model sees it."""

import pytest

from common.swift.programs.serving.ask import Ask, Chat, Sampling, Text
from common.swift.programs.serving.engines.prompts import check_tokens, not_encoded, room_for_answer, too_long
from common.swift.programs.serving.errors import ApiError

CHAT = Chat([{"role": "user", "content": "hi"}])


@pytest.mark.parametrize(
    ("ask", "param"),
    [
        (Ask(Text(tokens=(1, 100))), "prompt"),
        (Ask(Text(tokens=(2**31 - 1, 0))), "prompt"),
        (Ask(CHAT, sampling=Sampling(logit_bias={100: 1.0})), "logit_bias"),
    ],
)
def test_a_token_that_the_model_does_not_have_is_refused(ask: Ask, param: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_tokens(ask, 100)

    assert (caught.value.status, caught.value.code, caught.value.param) == (400, "invalid_value", param)
    check_tokens(ask, 2**31)


def test_a_prompt_without_ids_has_none_to_check() -> None:
    check_tokens(Ask(CHAT), 0)
    check_tokens(Ask(Text("a")), 0)


@pytest.mark.parametrize(
    ("max_tokens", "limit", "room"), [(None, 10, 7), (5, 10, 5), (7, 10, 7), (8, 10, 7), (None, None, 8189)]
)
def test_an_answer_has_the_room_that_the_prompt_leaves(max_tokens: int | None, limit: int | None, room: int) -> None:
    assert room_for_answer(Ask(CHAT, max_tokens=max_tokens), 3, limit) == room


@pytest.mark.parametrize(("prompt", "param"), [(CHAT, "messages"), (Text("a"), "prompt")])
@pytest.mark.parametrize("tokens", [10, 11])
def test_a_prompt_that_leaves_no_room_is_too_long(prompt: Chat | Text, param: str, tokens: int) -> None:
    with pytest.raises(ApiError) as caught:
        room_for_answer(Ask(prompt, max_tokens=1), tokens, 10)

    assert (caught.value.code, caught.value.param) == ("context_length_exceeded", param)
    assert f"limit of 10 tokens. Your {param} resulted in {tokens} tokens" in caught.value.message


@pytest.mark.parametrize(
    "told",
    [
        "Current length of row(12) is larger than the max_length(10).",
        "Input length (12) leaves no room for generation",
    ],
)
def test_what_ms_swift_says_of_a_prompt_that_is_too_long_is_understood(told: str) -> None:
    error = too_long(ValueError(told), "messages", 10)

    assert error is not None
    assert (error.code, error.param) == ("context_length_exceeded", "messages")
    assert "resulted in 12 tokens" in error.message
    assert too_long(ValueError("no such row"), "messages", 10) is None


def test_what_a_template_cannot_encode_is_told_in_short() -> None:
    error = not_encoded(ValueError("line one\n  line two " + "x" * 1000), "prompt", 10)

    assert (error.status, error.code, error.param) == (400, "invalid_prompt", "prompt")
    assert ": line one line two xxx" in error.message
    assert len(error.message) < 400
    assert "KeyError" in not_encoded(KeyError(), "messages", 10).message
