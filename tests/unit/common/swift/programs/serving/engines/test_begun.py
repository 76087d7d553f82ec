"""What an answer begins with: by the chat template, or by a message of the assistant's that is gone on from."""

from types import SimpleNamespace
from typing import Any

import pytest

from common.swift.programs.serving.engines.begun import Begun, Opening, begun_answer

THINKS, THINKS_NOT = "<think>\n", "<think>\n\n</think>\n\n"
HEAD = "<|im_start|>assistant\n"


def _begun(prompt: str, prefix: str = "", said: Any = None) -> Begun:
    """Of a prompt whose tokens are its characters; `said`: the assistant's last message, as the template made it."""
    template = SimpleNamespace(_get_response_prefix=lambda _: prefix)
    inputs = SimpleNamespace(messages=[{"role": "user", "content": "hi"}, {"role": "assistant", "content": said}])
    return begun_answer(template, inputs, [*map(ord, prompt)], lambda tokens: "".join(map(chr, tokens)))


@pytest.mark.parametrize(
    ("prefix", "begun"),
    [
        ("", Begun()),
        (THINKS, Begun(is_thinking=True, told="<think>")),
        ("\n<think>", Begun(is_thinking=True, told="<think>")),
        (THINKS_NOT, Begun()),
        ("</think>", Begun()),
        ("Sure: ", Begun(text="Sure: ", told="Sure: ")),
        (f"{THINKS_NOT}Sure", Begun(text="Sure", told="Sure")),
    ],
)
def test_an_answer_begins_as_the_template_says(prefix: str, begun: Begun) -> None:
    assert _begun(HEAD + prefix, prefix) == begun


@pytest.mark.parametrize("prefix", ["", THINKS])
@pytest.mark.parametrize(
    ("said", "begun"),
    [
        ("{", Begun(text="{")),
        (f"{THINKS_NOT}{{", Begun(text="{")),
        ("<think>I wonder", Begun(is_thinking=True, told="<think>")),
        ("<think>I know</think>\n\nIt", Begun(text="It")),
        ("<think>I know</think", Begun(is_thinking=True, told="<think></think")),
        (["It ", "is", {"type": "image"}], Begun(text="It is")),
        ("Write <think> for it", Begun(text="Write <think> for it")),
        ("", Begun()),
    ],
)
def test_an_answer_that_is_gone_on_from_begins_as_its_message_does(prefix: str, said: Any, begun: Begun) -> None:
    written = "".join(part for part in said if isinstance(part, str))

    assert _begun(HEAD + written, prefix, said) == begun


def test_space_that_a_template_takes_away_is_no_other_text() -> None:
    assert _begun(f"{HEAD}It is", THINKS, "It  is \n").text == "It  is \n"


@pytest.mark.parametrize("said", [None, "It is"])
def test_the_end_of_the_prompt_says_more_than_what_should_be_there(said: str | None) -> None:
    assert _begun(f"<think>?{HEAD}", THINKS, said) == Begun()
    assert _begun(f"{HEAD}<think>\n", "", said) == Begun(is_thinking=True, told="<think>")


def test_a_prompt_of_embeddings_is_what_it_should_be() -> None:
    template = SimpleNamespace(_get_response_prefix=lambda _: THINKS)

    assert begun_answer(template, SimpleNamespace(messages=[]), None, lambda _: "").is_thinking
    assert begun_answer(SimpleNamespace(), SimpleNamespace(messages=[]), None, lambda _: "") == Begun()


@pytest.mark.parametrize(
    ("prefix", "begun", "texts", "told"),
    [
        (THINKS, Begun(is_thinking=True, told="<think>"), [THINKS, "hm"], ["<think>", "hm"]),
        (THINKS, Begun(text="{"), ["", f"{THINKS}}}"], ["", "}"]),
        ("", Begun(is_thinking=True, told="<think>"), ["hm", "hm"], ["<think>hm", "hm"]),
        (THINKS, Begun(), ["hm", THINKS], ["hm", THINKS]),
    ],
)
def test_the_prefix_that_ms_swift_tells_makes_place(
    prefix: str, begun: Begun, texts: list[str], told: list[str]
) -> None:
    opening = Opening()
    opening.learn(prefix, begun)

    assert [opening.told(text) for text in texts] == told


def test_an_opening_that_nobody_knows_is_told_as_it_is() -> None:
    assert Opening().told(THINKS) == THINKS
