"""Runs `swt` against the fake service."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner, Result

from swift_trainer.cli import main
from swift_trainer.cli.connection import Connection


@pytest.fixture
def swt(service: Any, clock: Any) -> Callable[..., Result]:
    def run(*arguments: str, charset: str = "utf-8", **settings: Any) -> Result:
        connection = Connection(settings={"clock": clock, "transport": httpx2.MockTransport(service)})
        return CliRunner(charset=charset).invoke(
            main, ["--url", "http://trainer.test", *arguments], obj=connection, **settings
        )

    return run
