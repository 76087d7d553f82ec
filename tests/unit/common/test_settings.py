"""Settings: where they come from, what they refuse, and that env/.env.example tells their defaults."""

import os
import re
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from common.secret import Secret
from common.settings import SettingsError, load_settings

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "env" / ".env.example"
SECRET = "0123456789abcdef"

Write = Callable[[str, str], None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The whole environment, empty but for a home."""
    variables = {"HOME": "/home/somebody"}
    monkeypatch.setattr(os, "environ", variables)
    return variables


@pytest.fixture
def write_file(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> None:
        (tmp_path / name).write_text(text)

    return write


def test_every_problem_is_named_in_one_message(environment: dict[str, str], tmp_path: Path) -> None:
    environment |= {"REDIS_PORT": "0", "LOG_LEVEL": "LOUD", "INFRA_RETRIES": "many", "HEARTBEAT_SECONDS": "0"}

    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)

    lines = str(caught.value).splitlines()
    assert lines[0] == "these settings are wrong:"
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "HEARTBEAT_SECONDS",
        "INFRA_RETRIES",
        "LOG_LEVEL",
        "REDIS_PORT",
    ]


def test_a_trusted_proxy_is_an_address_or_a_network(environment: dict[str, str], tmp_path: Path) -> None:
    environment |= {"TRUSTED_PROXIES": "127.0.0.1,proxy.example.org"}

    with pytest.raises(SettingsError, match=r"TRUSTED_PROXIES: .*10\.0\.0\.0/8.*'proxy\.example\.org'"):
        load_settings(tmp_path)


@pytest.mark.parametrize("key", [f"{SECRET}\n", f"{SECRET}\nx", f"{SECRET}\x01"])
def test_a_key_that_no_header_can_have_is_refused_and_not_told(
    environment: dict[str, str], tmp_path: Path, key: str
) -> None:
    environment |= {"API_KEY": key}

    with pytest.raises(SettingsError, match="API_KEY: Must have no line breaks") as raised:
        load_settings(tmp_path)

    assert SECRET not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("name", ["a;b", "a/b"])
def test_a_node_name_that_keys_cannot_hold_is_refused(environment: dict[str, str], tmp_path: Path, name: str) -> None:
    environment |= {"NODE_NAME": name}

    with pytest.raises(SettingsError, match="NODE_NAME: Must have neither"):
        load_settings(tmp_path)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "gpu.example.org"])
@pytest.mark.parametrize("key", ["", "short"])
def test_an_open_door_is_refused(environment: dict[str, str], tmp_path: Path, host: str, key: str) -> None:
    environment |= {"APP_HOST": host, "API_KEY": key}

    with pytest.raises(SettingsError, match="set API_KEY to a secret of at least 16 characters"):
        load_settings(tmp_path)


@pytest.mark.parametrize("key", ["", "short"])
def test_an_open_gateway_is_refused(environment: dict[str, str], tmp_path: Path, key: str) -> None:
    environment |= {"GATEWAY_HOST": "0.0.0.0", "API_KEY": key}

    with pytest.raises(SettingsError, match=r"GATEWAY_HOST=0\.0\.0\.0 .* set API_KEY to a secret of at least 16"):
        load_settings(tmp_path)


@pytest.mark.parametrize(("host", "key"), [("0.0.0.0", SECRET), ("127.0.0.1", ""), ("::1", ""), ("localhost", "")])
def test_a_key_or_loopback_opens_the_door(environment: dict[str, str], tmp_path: Path, host: str, key: str) -> None:
    environment |= {"APP_HOST": host, "API_KEY": key}

    assert load_settings(tmp_path).api_key == Secret(key)


def test_no_message_tells_a_secret(environment: dict[str, str], tmp_path: Path) -> None:
    environment |= {"APP_HOST": "0.0.0.0", "API_KEY": "hunter2", "REDIS_PASSWORD": "hunter3", "APP_PORT": "none"}

    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)

    assert "hunter" not in str(caught.value)


def test_the_environment_wins_over_the_file(environment: dict[str, str], tmp_path: Path, write_file: Write) -> None:
    write_file(".env.dev", "REDIS_PORT=7001\nEVENTS_MAX=50\n")
    environment["REDIS_PORT"] = "7002"

    settings = load_settings(tmp_path)

    assert (settings.redis_port, settings.events_max) == (7002, 50)


def test_the_environment_chooses_the_file(environment: dict[str, str], tmp_path: Path, write_file: Write) -> None:
    write_file(".env.dev", "REDIS_PORT=7001\n")
    write_file(".env.prod", "REDIS_PORT=7003\n")
    environment["ENVIRONMENT"] = "prod"

    settings = load_settings(tmp_path)

    assert (settings.environment, settings.redis_port) == ("prod", 7003)


def test_the_data_folder_is_an_allowed_root_and_named_once(environment: dict[str, str], tmp_path: Path) -> None:
    environment |= {"DATA_DIR": "/data", "ALLOWED_ROOTS": "~/models:/data:/mnt/shared"}

    folders = load_settings(tmp_path).allowed_roots.folders

    assert folders == (Path("/data"), Path("/home/somebody/models"), Path("/mnt/shared"))


def test_a_redis_url_never_holds_the_password(environment: dict[str, str], tmp_path: Path) -> None:
    environment |= {"REDIS_PASSWORD": SECRET, "REDIS_HOST": "redis", "REDIS_PORT": "6380"}

    assert load_settings(tmp_path).redis_url(1) == "redis://redis:6380/1"


def test_the_example_file_names_exactly_the_settings_that_are_read() -> None:
    source = (ROOT / "common" / "settings" / "reading.py").read_text()

    assert set(_example()) == set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', source))


def test_the_example_file_tells_the_defaults(environment: dict[str, str], tmp_path: Path) -> None:
    defaults = load_settings(tmp_path)
    environment |= _example()

    assert load_settings(tmp_path) == defaults


def _example() -> dict[str, str]:
    """NAME -> value of each commented setting."""
    return dict(re.findall(r"^# ([A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))
