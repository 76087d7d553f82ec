"""The key that a local stack asks for: given, made, or none where that is safe."""

from collections.abc import Callable
from pathlib import Path

import pytest

from client.stack.errors import StackError
from client.stack.prepare import Wanted, prepare
from client.stack.settings import StackSettings

Prepare = Callable[..., StackSettings]


@pytest.fixture
def prepared(tmp_path: Path) -> Prepare:
    def run(environ: dict[str, str], **wanted: object) -> StackSettings:
        return prepare(Wanted(tmp_path, **wanted), {"GATEWAY_PORT": "0", **environ}, tmp_path, print)

    return run


@pytest.fixture(autouse=True)
def any_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.stack.prepare.choose_port", lambda _host, usual, *_, **__: usual)


def test_a_key_is_made_once_and_one_that_is_given_is_taken(prepared: Prepare) -> None:
    made = prepared({}).api_key

    assert len(made) > 40
    assert prepared({}).api_key == made
    assert prepared({"API_KEY": "a-key-of-somebody"}).api_key == "a-key-of-somebody"


def test_without_a_key_none_is_made(prepared: Prepare, tmp_path: Path) -> None:
    assert prepared({}, with_key=False).api_key == ""
    assert not (tmp_path / "api_key").exists()


def test_a_stack_that_others_can_reach_has_a_key(prepared: Prepare) -> None:
    with pytest.raises(StackError, match=r"0\.0\.0\.0 is reachable from other machines"):
        prepared({}, with_key=False, host="0.0.0.0")


def test_a_key_that_is_given_is_not_ignored(prepared: Prepare) -> None:
    with pytest.raises(StackError, match="API_KEY is set"):
        prepared({"API_KEY": "a-key-of-somebody"}, with_key=False)
