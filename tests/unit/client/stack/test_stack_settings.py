"""What the processes of a stack are given, and what is kept from them."""

import sys
from pathlib import Path

import pytest

from client.stack.settings import (
    StackSettings,
    child_environ,
    default_data_dir,
    default_roots,
    find_swift_python,
    given_environ,
)


def make_settings(**changes) -> StackSettings:
    values = {
        "data_dir": Path("/data"),
        "host": "127.0.0.1",
        "port": 8000,
        "api_key": "the-key",
        "environ": {},
        "swift_python": Path("/swift/bin/python"),
    }
    return StackSettings(**{**values, **changes})


def test_all_processes_share_the_socket_and_the_data_folder():
    env = child_environ(make_settings(), Path("/run/redis.sock"), "scheduler")

    assert env["REDIS_SOCKET"] == "/run/redis.sock"
    assert env["DATA_DIR"] == "/data"
    assert env["SWIFT_PYTHON"] == "/swift/bin/python"
    assert env["INPUTS_VISIBLE_TO_API"] == "true"
    assert env["REDIS_DB"] != env["REDIS_BROKER_DB"]


def test_no_process_gets_a_secret_or_an_address_it_does_not_need():
    given = {"API_KEY": "x", "APP_HOST": "0.0.0.0", "REDIS_HOST": "elsewhere", "REDIS_PASSWORD": "y", "HOME": "/root"}

    env = child_environ(make_settings(environ=given), Path("/run/redis.sock"), "scheduler")

    assert env.keys() & {"API_KEY", "APP_HOST", "REDIS_HOST", "REDIS_PASSWORD"} == set()
    assert env["HOME"] == "/root"
    assert "the-key" not in env.values()


def test_settings_of_the_user_reach_the_processes():
    env = child_environ(
        make_settings(environ={"LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}), Path("/run/redis.sock"), "scheduler"
    )

    assert env["LOG_LEVEL"] == "DEBUG"
    assert env["LOG_FORMAT"] == "json"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("gpu-host", "http://gpu-host:8000"),
    ],
)
def test_url_is_one_that_a_client_here_can_use(host, url):
    assert make_settings(host=host).url == url


def test_data_folder_follows_xdg():
    assert default_data_dir({"XDG_DATA_HOME": "/x"}) == Path("/x/swift-trainer")
    assert default_data_dir({}) == Path.home() / ".local/share/swift-trainer"


def test_env_file_fills_up_but_does_not_override(tmp_path):
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / ".env.lab").write_text("LOG_LEVEL=DEBUG\nINFRA_RETRIES=7\n")

    environ = given_environ({"ENVIRONMENT": "lab", "LOG_LEVEL": "ERROR"}, tmp_path)

    assert environ == {"ENVIRONMENT": "lab", "LOG_LEVEL": "ERROR", "INFRA_RETRIES": "7"}


def test_home_is_open_to_jobs_on_loopback_only():
    assert default_roots("127.0.0.1", Path("/project")) == f"/project:{Path.home()}"
    assert default_roots("0.0.0.0", Path("/project")) == "/project"


def test_the_root_folder_never_becomes_a_root_for_jobs():
    assert default_roots("0.0.0.0", Path("/")) == ""


def test_a_named_interpreter_wins_and_keeps_its_link(tmp_path):
    link = tmp_path / "python"
    link.symlink_to(sys.executable)

    assert find_swift_python({"SWIFT_PYTHON": "python"}, tmp_path) == link
