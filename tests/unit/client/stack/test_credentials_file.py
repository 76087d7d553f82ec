import json
import stat
from pathlib import Path

import pytest

from client.stack.credentials_file import hand_over, remember_credentials
from swift_trainer.cli.deployed import examples
from swift_trainer.sdk import Credentials, find_credentials, find_gateway
from swift_trainer.sdk.credentials import credentials_path

FIRST = Credentials("http://127.0.0.1:8000", "first-key", "http://127.0.0.1:8001")
SECOND = Credentials("http://127.0.0.1:9000", "second-key", "http://127.0.0.1:9001")


@pytest.fixture(autouse=True)
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def up(*services: Credentials):
    return lambda url: url in {each.url for each in services}


def test_credentials_are_where_the_command_looks(tmp_path: Path) -> None:
    remember_credentials(FIRST, up())

    path = tmp_path / "swift-trainer" / "credentials.json"
    assert credentials_path() == path
    assert find_credentials() == Credentials("http://127.0.0.1:8000", "first-key")
    assert find_gateway() == Credentials("http://127.0.0.1:8001", "first-key")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_stack_leaves_the_first_what_it_has() -> None:
    remember_credentials(FIRST, up())

    asked = remember_credentials(SECOND, up(FIRST))

    assert asked == FIRST.url
    assert find_credentials() == Credentials(FIRST.url, "first-key")
    assert find_credentials(SECOND.url) == Credentials(SECOND.url, "second-key")
    assert find_gateway(SECOND.url) == Credentials(SECOND.gateway, "second-key")


def test_a_second_stack_behind_the_end_of_the_first_is_the_one_that_is_asked() -> None:
    remember_credentials(FIRST, up())

    assert remember_credentials(SECOND, up()) == SECOND.url
    assert find_credentials() == Credentials(SECOND.url, "second-key")
    assert find_credentials(FIRST.url).api_key == "first-key"


def test_a_stack_that_starts_again_replaces_its_own() -> None:
    remember_credentials(FIRST, up())
    remember_credentials(SECOND, up(FIRST))

    assert remember_credentials(Credentials(FIRST.url, "new", FIRST.gateway), up(FIRST, SECOND)) == FIRST.url
    assert (find_credentials().api_key, find_credentials(SECOND.url).api_key) == ("new", "second-key")


def test_a_stack_that_ends_hands_over_to_one_that_runs() -> None:
    remember_credentials(FIRST, up())
    remember_credentials(SECOND, up(FIRST))

    hand_over(SECOND.url, up(FIRST))
    assert find_credentials().url == FIRST.url
    hand_over(FIRST.url, up(SECOND))
    assert find_credentials().url == SECOND.url
    hand_over(SECOND.url, up())
    assert find_credentials().url == SECOND.url
    assert find_credentials(FIRST.url).api_key == "first-key"


def test_a_file_that_makes_no_sense_is_replaced() -> None:
    credentials_path().parent.mkdir()
    credentials_path().write_text("[")

    assert remember_credentials(FIRST, up()) == FIRST.url
    assert find_credentials().api_key == "first-key"


def test_the_key_of_no_service_goes_to_another() -> None:
    remember_credentials(FIRST, up())
    remember_credentials(SECOND, up(FIRST))

    assert find_credentials("http://127.0.0.1:7000").api_key == ""
    assert find_gateway(SECOND.url, gateway=FIRST.gateway).api_key == ""


def test_the_examples_of_a_deployment_read_the_key_of_its_own_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWIFT_TRAINER_API_KEY", raising=False)
    remember_credentials(FIRST, up())
    remember_credentials(SECOND, up(FIRST))

    found = [examples("m", f"{each.gateway}/v1", needs_key=True)[2] for each in (FIRST, SECOND)]

    assert [line.partition("))")[2] for line in found] == ["['api_key'])\")", "['others'][0]['api_key'])\")"]
    assert json.loads(credentials_path().read_text())["others"][0]["api_key"] == "second-key"
