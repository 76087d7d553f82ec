"""A conversation with a model in the terminal: turns that are remembered, answers that are printed as they come."""

import contextlib
import sys
from collections.abc import Generator, Mapping
from typing import Any

import click

from swift_trainer.cli.exits import Exit
from swift_trainer.cli.failure import tell
from swift_trainer.sdk import ApiError, ConnectionFailed, Gateway
from swift_trainer.sdk.shapes import ChatMessage

LAYOUT = frozenset("\n\t")


class Conversation:
    """What was said so far; a turn that failed was not said."""

    def __init__(self, gateway: Gateway, model: str, options: Mapping[str, Any], system: str | None = None) -> None:
        self._gateway = gateway
        self._model = model
        self._options = options
        self.messages: list[ChatMessage] = [{"role": "system", "content": system}] if system else []

    def ask(self, text: str) -> Generator[str, None, None]:
        """Yield the answer as it comes. When the iterator is closed early, what came is remembered as the answer."""
        asked: ChatMessage = {"role": "user", "content": text}
        said: list[str] = []
        try:
            with contextlib.closing(self._answer([*self.messages, asked])) as answer:
                for piece in answer:
                    said.append(piece)
                    yield piece
        except (GeneratorExit, KeyboardInterrupt):
            if said:
                self._remember(asked, said)
            raise
        self._remember(asked, said)

    def _answer(self, messages: list[ChatMessage]) -> Generator[str, None, None]:
        return self._gateway.stream_chat(self._model, messages, **self._options)

    def _remember(self, asked: ChatMessage, said: list[str]) -> None:
        self.messages += [asked, {"role": "assistant", "content": "".join(said)}]


def print_answer(conversation: Conversation, text: str) -> None:
    """Ask, and print the answer as it comes."""
    on_terminal = sys.stdout.isatty()
    written = ""
    with contextlib.closing(conversation.ask(text)) as answer:
        try:
            for piece in answer:
                written = harmless(piece) if on_terminal else piece
                click.echo(written, nl=False)
        finally:
            if not written.endswith("\n"):
                click.echo()


def talk(conversation: Conversation) -> Exit:
    """A turn for each line of stdin until its end. Answers with how the first failed turn failed, if one did."""
    code = Exit.OK
    while (line := _read_line()) is not None:
        if not line.strip():
            continue
        try:
            print_answer(conversation, line)
        except KeyboardInterrupt:
            click.echo("(stopped; Ctrl-D ends the conversation)", err=True)
        except (ApiError, ConnectionFailed) as exc:
            told = tell(exc)
            code = code or told
    return code


def harmless(text: str) -> str:
    """The text without what a terminal would take for a command: what a model says comes from strangers."""
    return "".join(char if char in LAYOUT or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _read_line() -> str | None:
    """The next line, None at the end of stdin."""
    at_keyboard = sys.stdin.isatty() and sys.stdout.isatty()
    if at_keyboard:
        import readline  # noqa: F401, PLC0415 - gives `input` its editing and its history, at the keyboard only
    while True:
        try:
            return input("> " if at_keyboard else "")
        except EOFError:
            if at_keyboard:
                click.echo()
            return None
        except KeyboardInterrupt:
            click.echo("\n(Ctrl-D ends the conversation)", err=True)
