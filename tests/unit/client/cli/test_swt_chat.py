from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from click.testing import Result

from swift_trainer.cli.conversation import Conversation, harmless

CHAT = "/chat/completions"


@pytest.fixture
def gateway(service: Any) -> Any:
    """A gateway that `bot` answers at."""
    service.on_gateway("GET", "/models", {"data": [{"id": "bot"}]})
    return service


@pytest.fixture
def chat(swt: Any) -> Callable[..., Result]:
    def run(*arguments: str, **settings: Any) -> Result:
        return swt("--gateway", "http://gateway.test", "chat", *arguments, **settings)

    return run


def test_a_prompt_is_answered_and_that_is_all(chat: Any, gateway: Any, spoken: Any) -> None:
    gateway.on_gateway("POST", CHAT, spoken("I am ", "Swifty."))

    result = chat("bot", "--prompt", "Who?", "--system", "Be brief.", "--temperature", "0", "--max-tokens", "5")

    assert result.exit_code == 0
    assert result.output == "I am Swifty.\n"
    assert gateway.bodies == [
        {
            "temperature": 0,
            "max_tokens": 5,
            "model": "bot",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who?"}],
            "stream": True,
        }
    ]


def test_each_line_is_a_turn_and_what_was_said_is_remembered(chat: Any, gateway: Any, spoken: Any) -> None:
    gateway.on_gateway("POST", CHAT, spoken("One."), spoken("Two.\n"))

    result = chat("bot", input="first\n\nsecond\n")

    assert result.exit_code == 0
    assert result.output == "One.\nTwo.\n"
    assert gateway.bodies[1]["messages"] == [
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "One."},
        {"role": "user", "content": "second"},
    ]


def test_a_turn_that_failed_was_not_said_and_the_conversation_goes_on(chat: Any, gateway: Any, spoken: Any) -> None:
    busy = (503, {"error": {"message": "no replica is healthy now", "code": "no_healthy_replica"}})
    gateway.on_gateway("POST", CHAT, busy, spoken("Two."))

    result = chat("bot", input="first\nsecond\n")

    assert result.exit_code == 5
    assert "no replica is healthy now" in result.stderr
    assert result.stdout.split() == ["Two."]
    assert gateway.bodies[1]["messages"] == [{"role": "user", "content": "second"}]


def test_ctrl_c_stops_the_answer_and_not_the_conversation(chat: Any, gateway: Any, spoken: Any) -> None:
    gateway.on_gateway("POST", CHAT, KeyboardInterrupt(), spoken("Two."))

    result = chat("bot", input="first\nsecond\n")

    assert result.exit_code == 0
    assert "Ctrl-D ends" in result.stderr
    assert result.stdout.split() == ["Two."]


def test_ctrl_c_ends_a_single_question(chat: Any, gateway: Any) -> None:
    gateway.on_gateway("POST", CHAT, KeyboardInterrupt())

    assert chat("bot", "--prompt", "Who?").exit_code == 130


class Interrupted:
    """A gateway whose user loses patience after the first piece."""

    def stream_chat(self, _model: str, _messages: Any, **_options: Any) -> Iterator[str]:
        yield "I am "
        raise KeyboardInterrupt


def test_what_came_of_a_stopped_answer_is_remembered() -> None:
    conversation = Conversation(Interrupted(), "bot", {})

    with pytest.raises(KeyboardInterrupt):
        list(conversation.ask("Who?"))

    assert conversation.messages == [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "I am "}]


def test_an_unknown_model_is_told_with_those_that_exist(chat: Any, gateway: Any, clock: Any) -> None:
    result = chat("robot", "--prompt", "Who?")

    assert result.exit_code == 4
    assert "no model 'robot' answers at http://gateway.test" in result.stderr
    assert "these do: bot" in result.stderr
    assert sum(clock.naps) == 2
    assert gateway.bodies == []


def test_a_model_that_has_just_come_up_is_waited_for(chat: Any, service: Any, clock: Any, spoken: Any) -> None:
    service.on_gateway("GET", "/models", {"data": []}, {"data": []}, {"data": [{"id": "bot"}]})
    service.on_gateway("POST", CHAT, spoken("Here."))

    assert chat("bot", "--prompt", "Who?").output == "Here.\n"
    assert len(clock.naps) == 2


def test_where_nothing_is_served_it_says_how_to(chat: Any, service: Any) -> None:
    service.on_gateway("GET", "/models", {"data": []})

    result = chat("bot")

    assert result.exit_code == 4
    assert "swt deploy" in result.stderr


def test_a_gateway_that_does_not_run_is_told(chat: Any, service: Any) -> None:
    service.on_gateway("GET", "/models", httpx2.ConnectError("refused"))

    result = chat("bot")

    assert result.exit_code == 5
    assert "cannot reach the gateway http://gateway.test" in result.stderr
    assert "SWIFT_TRAINER_GATEWAY" in result.stderr


def test_the_gateway_of_another_machine_has_to_be_named(swt: Any) -> None:
    result = swt("chat", "bot")

    assert result.exit_code == 2
    assert "where is the gateway of http://trainer.test?" in result.stderr


def test_a_wrong_key_is_told(chat: Any, service: Any) -> None:
    service.on_gateway("GET", "/models", (401, {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}))

    result = chat("bot")

    assert result.exit_code == 4
    assert "SWIFT_TRAINER_API_KEY" in result.stderr


def test_a_model_cannot_send_commands_to_the_terminal() -> None:
    assert (
        harmless("a\n\tb\x1b[2Jc\x07ü\r")
        == "a\n\tb\N{REPLACEMENT CHARACTER}[2Jc\N{REPLACEMENT CHARACTER}ü\N{REPLACEMENT CHARACTER}"
    )
