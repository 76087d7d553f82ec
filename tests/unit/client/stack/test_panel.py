"""What `swt up` prints: everything one needs on a terminal, no secret in a log."""

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from client.stack.panel import show
from client.stack.settings import StackSettings

SETTINGS = StackSettings(
    data_dir=Path("/data"),
    host="127.0.0.1",
    port=8000,
    api_key="the-key",
    environ={},
    swift_python=Path("/swift/bin/python"),
    flower_port=5555,
    flower_password="the-password",
)


def printed(*, on_terminal: bool, settings: StackSettings = SETTINGS) -> str:
    out = io.StringIO()
    show(Console(file=out, force_terminal=on_terminal, width=100, color_system=None), settings, "4.6.0")
    return out.getvalue()


def test_a_terminal_shows_addresses_and_secrets():
    text = printed(on_terminal=True)

    for part in (
        "http://127.0.0.1:8000/docs",
        "http://127.0.0.1:8001/v1",
        "http://127.0.0.1:5555",
        "admin / the-password",
        "the-key",
        "/data",
    ):
        assert part in text


def test_a_log_gets_no_secret():
    text = printed(on_terminal=False)

    assert "the-key" not in text
    assert "the-password" not in text
    assert "in /data/api_key" in text


def test_a_stack_without_a_key_says_so_and_asks_for_none():
    text = printed(on_terminal=False, settings=replace(SETTINGS, api_key=""))

    assert "none: whoever has an account on this machine may use all of this" in text
    assert "  curl http://127.0.0.1:8000/api/v1/training/gpus\n" in text


def test_the_first_request_is_on_one_line():
    assert (
        '  curl -H "Authorization: Bearer $(cat /data/api_key)" http://127.0.0.1:8000/api/v1/training/gpus\n'
        in printed(on_terminal=False)
    )
