"""Secrets are made once and are private."""

import stat

from client.stack.secrets_file import keep_secret, write_private


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_is_made_once(tmp_path):
    first = keep_secret(tmp_path / "api_key")

    assert keep_secret(tmp_path / "api_key") == first
    assert len(first) >= 32
    assert mode(tmp_path / "api_key") == 0o600


def test_two_stacks_have_two_secrets(tmp_path):
    assert keep_secret(tmp_path / "one") != keep_secret(tmp_path / "two")


def test_an_empty_file_is_no_secret(tmp_path):
    (tmp_path / "api_key").touch()

    assert len(keep_secret(tmp_path / "api_key")) >= 32


def test_a_file_that_was_open_becomes_private(tmp_path):
    path = tmp_path / "credentials.json"
    path.write_text("old")
    path.chmod(0o644)

    write_private(path, "new")

    assert path.read_text() == "new"
    assert mode(path) == 0o600
