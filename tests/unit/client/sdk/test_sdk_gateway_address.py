import json
from pathlib import Path

import pytest

from swift_trainer.sdk import ConfigurationError, find_gateway


def save(folder: Path, **credentials: str) -> None:
    path = folder / "swift-trainer" / "credentials.json"
    path.parent.mkdir()
    path.write_text(json.dumps(credentials))


def gateway_of(environ: dict[str, str], **given: str) -> tuple[str, str]:
    found = find_gateway(**given, environ=environ)
    return found.url, found.api_key


def test_the_gateway_of_this_machine_has_a_usual_address(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "SWIFT_TRAINER_API_KEY": "k"}

    assert gateway_of(environ) == ("http://127.0.0.1:8001", "k")


def test_the_gateway_is_taken_from_the_argument_then_the_variable_then_the_file(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "SWIFT_TRAINER_GATEWAY": "http://variable:1/v1/"}
    save(tmp_path, url="http://127.0.0.1:8000", api_key="k", gateway="http://127.0.0.1:8009")

    assert gateway_of(environ, gateway="http://argument:1")[0] == "http://argument:1"
    assert gateway_of(environ)[0] == "http://variable:1"
    del environ["SWIFT_TRAINER_GATEWAY"]
    assert gateway_of(environ) == ("http://127.0.0.1:8009", "k")


def test_the_gateway_of_another_machine_has_to_be_named(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "SWIFT_TRAINER_URL": "http://elsewhere:8000"}

    with pytest.raises(ConfigurationError, match="SWIFT_TRAINER_GATEWAY"):
        find_gateway(environ=environ)


def test_the_files_key_goes_to_the_files_gateway_only(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    save(tmp_path, url="http://127.0.0.1:8000", api_key="k", gateway="http://127.0.0.1:8009")

    assert gateway_of(environ, gateway="http://127.0.0.1:8009/v1") == ("http://127.0.0.1:8009", "k")
    assert gateway_of(environ, gateway="http://127.0.0.1:8001") == ("http://127.0.0.1:8001", "")
    assert gateway_of(environ, gateway="http://elsewhere:1", api_key="mine") == ("http://elsewhere:1", "mine")
