import pytest

from common.swift.programs.training.causes import WHY_MAX_CHARACTERS, cause_of, why


class MaxLengthError(ValueError):
    """ms-swift's, by its name."""


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (MaxLengthError("Current length of row(724) is larger than the max_length(128)."), "too_long"),
        (AssertionError("message: {'role': 'assistant', 'content': None}"), "null_content"),
        (AssertionError("message: {'role': 'narrator', 'content': 'hm'}"), "wrong_shape"),
        (AssertionError("messages: []"), "empty"),
        (ValueError("rejected_response: yes"), "same_answers"),
        (KeyError("messages"), "wrong_shape"),
    ],
    ids=str,
)
def test_each_refusal_of_ms_swift_has_its_word(error: Exception, cause: str) -> None:
    assert cause_of(error) == cause


def test_what_fails_among_tools_is_named_so() -> None:
    def _normalize_tools() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no") as caught:
        _normalize_tools()

    assert cause_of(caught.value) == "unreadable_tools"


def test_what_was_said_does_not_go_on_without_end() -> None:
    said = why(ValueError("x" * 10_000))

    assert len(said) == WHY_MAX_CHARACTERS
    assert said.startswith("ValueError: xxx")
    assert why(KeyError()) == "KeyError"
