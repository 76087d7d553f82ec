"""What can be known of a prompt before a model sees it."""

import json
import sys
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from common.swift.programs.serving.ask import Ask, Chat, Sampling, Text
from common.swift.programs.serving.engines.prompts import (
    Prompts,
    check_tokens,
    not_encoded,
    room_for_answer,
    told_of_picture,
    too_long,
)
from common.swift.programs.serving.errors import ApiError

CHAT = Chat([{"role": "user", "content": "hi"}])


@pytest.mark.parametrize(
    ("ask", "param"),
    [
        (Ask(Text(tokens=(1, 100))), "prompt"),
        (Ask(Text(tokens=(2**31 - 1, 0))), "prompt"),
        (Ask(CHAT, sampling=Sampling(logit_bias={100: 1.0})), "logit_bias.100"),
    ],
)
def test_a_token_that_the_model_does_not_have_is_refused(ask: Ask, param: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_tokens(ask, 100)

    assert (caught.value.status, caught.value.code, caught.value.param) == (400, "invalid_value", param)
    assert caught.value.message.endswith(" is no token id of this model, whose ids are 0 to 99.")
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


def test_an_input_that_is_not_answered_needs_no_room_for_an_answer() -> None:
    told = ValueError("Current length of row(12) is larger than the max_length(10).")

    error = not_encoded(told, "input[1]", 10, is_answered=False)

    assert (error.code, error.param) == ("context_length_exceeded", "input[1]")
    assert "Your input[1] resulted in 12 tokens." in error.message
    assert "answer" not in error.message
    assert "leaves no room for an answer" in not_encoded(told, "messages", 10).message


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ms-swift loads them: `good`, and what is none."""

    def load_image(picture: str) -> Any:
        if picture != "good":
            raise ValueError("cannot identify image file <_io.BytesIO object at 0x7f2b4c0d9e90>")
        return SimpleNamespace(load=lambda: None)

    module = ModuleType("swift.template")
    module.load_image = load_image  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "swift", ModuleType("swift"))
    monkeypatch.setitem(sys.modules, "swift.template", module)


@pytest.mark.usefixtures("pictures")
@pytest.mark.parametrize(
    ("shown", "beside", "place"),
    [
        (["good", "bad"], [], "messages[4].content[1]"),
        (["bad", "bad"], [], "messages[0].content[0]"),
        (["good", "good"], ["good", "bad"], "images[1]"),
    ],
)
def test_a_picture_that_cannot_be_read_is_told_by_its_place(shown: list[str], beside: list[str], place: str) -> None:
    first, second = ({"type": "image", "image": picture} for picture in shown)
    text = {"type": "text", "text": "?"}
    messages = [{"role": "user", "content": [first, text]}, {"role": "user", "content": [text, second]}]
    chat = Chat(messages, media={"images": beside}, places=("messages[0].content[0]", "messages[4].content[1]"))

    error = told_of_picture(not_encoded(ValueError("x"), "messages", 10), chat)

    assert (error.status, error.code, error.param) == (400, "image_parse_error", place)
    assert error.message == f"Invalid value for '{place}': the picture cannot be read: cannot identify image file."


@pytest.mark.usefixtures("pictures")
def test_an_error_that_no_picture_made_stays_as_it_is() -> None:
    seen = Chat([{"role": "user", "content": [{"type": "image", "image": "good"}]}], places=("messages[0].content[0]",))
    error = not_encoded(ValueError("no such role"), "messages", 10)
    too_many = not_encoded(ValueError("Input length (12) leaves no room"), "messages", 10)
    broken = Chat(
        [{"role": "user", "content": [{"type": "image", "image": "bad"}]}], places=("messages[0].content[0]",)
    )

    assert told_of_picture(error, seen) is error
    assert told_of_picture(error, Text("a")) is error
    assert told_of_picture(too_many, broken) is too_many


def test_things_without_a_name_are_not_told() -> None:
    problem = ValueError("no frames in <_io.BytesIO object at 0x7f2b4c0d9e90>, sorry")

    assert not_encoded(problem, "messages", 10).message.endswith(": no frames in, sorry")


def test_what_a_template_cannot_encode_is_told_in_short() -> None:
    error = not_encoded(ValueError("line one\n  line two " + "x" * 1000), "prompt", 10)

    assert (error.status, error.code, error.param) == (400, "invalid_prompt", "prompt")
    assert ": line one line two xxx" in error.message
    assert len(error.message) < 400
    assert "KeyError" in not_encoded(KeyError(), "messages", 10).message


def test_the_agent_template_sees_calls_that_it_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModuleType("swift.infer_engine")
    monkeypatch.setattr(
        library, "InferRequest", lambda messages, **_: SimpleNamespace(messages=messages), raising=False
    )
    monkeypatch.setitem(sys.modules, "swift", ModuleType("swift"))
    monkeypatch.setitem(sys.modules, "swift.infer_engine", library)
    template = SimpleNamespace(
        agent_template=None, encode=lambda request, _: {"said": request.messages}, template_meta=MagicMock()
    )
    prompts = Prompts(SimpleNamespace(template=template, max_model_len=None))

    encoded = prompts.encode(Chat([{"role": "tool_call", "content": '{"name": "f", "arguments": "nope"}'}]))

    assert json.loads(json.loads(encoded["said"][0]["content"])["arguments"]) == "nope"
