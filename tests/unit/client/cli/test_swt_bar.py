import io
import sys
from typing import Any

import pytest
from rich.console import Console

from swift_trainer.cli.bar import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen() -> Terminal:
    return Terminal()


@pytest.fixture
def bar(screen: Terminal) -> Bar:
    return Bar("training_001", Console(file=screen, force_terminal=True, width=120, color_system=None))


def test_the_bar_shows_percent_steps_loss_and_time_left(bar: Bar, screen: Terminal, make_job: Any) -> None:
    detail = {"step": 5, "max_steps": 13, "loss": 6.2134, "remaining_seconds": 80}

    with bar:
        bar.update(make_job(progress=38.46, progress_detail=detail))

    assert "training_001" in screen.getvalue()
    assert "38% running, step 5/13, loss 6.213, 1m 20s left" in screen.getvalue()


def test_text_of_others_is_no_markup_and_no_escape(bar: Bar, screen: Terminal, make_job: Any) -> None:
    with bar:
        bar.update(make_job(status="queued", message="[red]boo[/red]\x1b]0;gotcha\x07"))

    assert "[red]boo[/red]" in screen.getvalue()
    assert "\x1b]0;" not in screen.getvalue()


def test_a_log_into_a_pipe_stays_as_it_is(bar: Bar, screen: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    with bar:
        bar.write("10%\r20%\r")
        bar.write("done")

    assert capsys.readouterr().out == "10%\r20%\rdone"


def test_a_log_on_a_terminal_scrolls_above_the_bar_in_whole_lines(
    bar: Bar, screen: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())

    with bar:
        bar.write("10%\r20%\rfirst li")
        bar.write("ne [b]\x1b[2J\nlast")

    shown = screen.getvalue()
    assert "first line [b]\n" in shown
    assert "last\n" in shown
    assert "10%" not in shown.replace("[?", "")
    assert "\x1b[2J" not in shown
