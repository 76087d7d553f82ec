import json
from pathlib import Path

import pytest

from swift_trainer.sdk import ConfigurationError, Credentials, SwiftTrainer, find_credentials
from swift_trainer.sdk.credentials import credentials_path


@pytest.fixture
def saved(tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "swift-trainer" / "credentials.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"url": "http://10.0.0.1:8000/", "api_key": "from-file"}))
    return {"XDG_CONFIG_HOME": str(tmp_path)}


def test_without_anything_it_is_this_machine_without_a_key(tmp_path: Path) -> None:
    assert find_credentials(environ={"HOME": str(tmp_path)}) == Credentials("http://127.0.0.1:8000", "")


def test_the_file_fills_in_what_nobody_said(saved: dict[str, str]) -> None:
    assert find_credentials(environ=saved) == Credentials("http://10.0.0.1:8000", "from-file")


def test_the_environment_goes_before_the_file(saved: dict[str, str]) -> None:
    environ = {**saved, "SWIFT_TRAINER_URL": "http://other:1", "SWIFT_TRAINER_API_KEY": "from-env"}

    assert find_credentials(environ=environ) == Credentials("http://other:1", "from-env")


def test_arguments_go_before_the_environment(saved: dict[str, str]) -> None:
    environ = {**saved, "SWIFT_TRAINER_URL": "http://other:1", "SWIFT_TRAINER_API_KEY": "from-env"}

    assert find_credentials("http://mine", "my-key", environ) == Credentials("http://mine", "my-key")


def test_the_key_in_the_file_is_not_sent_to_another_address(saved: dict[str, str]) -> None:
    assert find_credentials("http://stranger", environ=saved).api_key == ""


def test_the_key_in_the_file_is_used_when_its_own_address_is_given(saved: dict[str, str]) -> None:
    assert find_credentials("http://10.0.0.1:8000", environ=saved).api_key == "from-file"


@pytest.mark.parametrize("url", ["http://a:1/", "http://a:1", "http://a:1/api/v1", "http://a:1/api/v1/"])
def test_slashes_and_prefix_behind_the_address_do_not_matter(url: str) -> None:
    assert find_credentials(url, "k").url == "http://a:1"


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://a", "http://", "nonsense", "http://[bad", "http://a:99999"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        SwiftTrainer(url, "k")


@pytest.mark.parametrize("text", ["not json", "[]", '{"api_key": "k"}'])
def test_a_broken_file_is_named(saved: dict[str, str], text: str) -> None:
    path = credentials_path(saved)
    path.write_text(text)

    with pytest.raises(ConfigurationError, match=r"credentials\.json"):
        find_credentials(environ=saved)


def test_the_key_shows_in_no_repr() -> None:
    assert "sekret" not in repr(Credentials("http://a", "sekret"))
    with SwiftTrainer("http://a", "sekret") as client:
        assert "sekret" not in repr(client)


def test_a_key_with_a_line_end_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ConfigurationError, match="copied whole"):
        SwiftTrainer("http://a", "sekret\n")


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigurationError) as caught:
        SwiftTrainer("http://ann:hunter2@a", "k")
    assert "hunter2" not in str(caught.value)
