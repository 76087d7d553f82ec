"""Whatever looks like a secret by its name is one by its type, in settings and in everything else that is passed on."""

import ast
import dataclasses
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.secret import Secret
from common.settings import Settings, load_settings
from deploy.platforms.cloud.skypilot import OURS

ROOT = Path(__file__).parents[3]
PACKAGES = ("api", "client", "common", "deploy", "scheduler", "workers")
LOOKS_SECRET = re.compile(r"(^|_)(key|secrets?|passwords?|passwd|tokens?|credentials?|auth)$|_secret_|_keys$")

# Names that look so, and why what they hold is none.
HARMLESS = {
    # names of Secrets of a cluster, and of variables; their values are read where they are used
    "k8s_image_pull_secret",
    "k8s_env_secret",
    "cloud_secrets",
    "image_pull_secret",
    "env_secret",
    "secret_names",
    "tls_secret",
    # sealed with DEPLOYMENT_SECRET, or hashed
    "sealed_api_key",
    "api_key_hash",
    # a number and a rate
    "rate_limit_failed_auth",
}
SECRETS = {
    "API_KEY": "an-admin-key-to-look-for",
    "REDIS_PASSWORD": "a-password-to-look-for",
    "DEPLOYMENT_SECRET": "a-seal-to-look-for",
}


def looks_secret(name: str) -> bool:
    return LOOKS_SECRET.search(name) is not None and name not in HARMLESS


def dataclass_fields() -> Iterator[tuple[str, str, str]]:
    """(class, name, source) of every field of our data classes: read, for some modules belong to other interpreters."""
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for kind in ast.walk(ast.parse(path.read_text())):
            if isinstance(kind, ast.ClassDef) and "dataclass" in "".join(map(ast.unparse, kind.decorator_list)):
                place = f"{path.relative_to(ROOT)}: {kind.name}"
                fields = [one for one in kind.body if isinstance(one, ast.AnnAssign)]
                yield from ((place, ast.unparse(field.target), ast.unparse(field)) for field in fields)


def test_every_setting_whose_name_looks_secret_is_a_secret() -> None:
    fields = {one.name: one.type for one in dataclasses.fields(Settings)}

    secret = {name for name, kind in fields.items() if kind is Secret}
    assert {name for name in fields if looks_secret(name)} == secret
    assert secret == {name.lower() for name in SECRETS}


@pytest.mark.parametrize(
    "name",
    ["hf_token", "webhook_secret", "wandb_api_key", "redis_sentinel_password", "oidc_client_secret", "basic_auth"],
)
def test_a_name_of_the_future_would_be_noticed(name: str) -> None:
    assert looks_secret(name)


def test_no_field_of_ours_that_holds_a_secret_shows_it() -> None:
    shown = [
        f"{place}.{name}"
        for place, name, source in dataclass_fields()
        if looks_secret(name) and re.search(r": .*\bstr\b", source) and "repr=False" not in source
    ]

    assert shown == []


def test_settings_show_no_secret_however_they_are_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "environ", {"HOME": "/home/somebody", **SECRETS})

    settings = load_settings(tmp_path)

    for text in (repr(settings), str(settings), str(dataclasses.asdict(settings)), f"{settings}"):
        assert [secret for secret in SECRETS.values() if secret in text] == []
    assert settings.api_key.reveal() == SECRETS["API_KEY"]
    assert settings.redis_url(0) == "redis://localhost:6379/0"


def test_skypilot_gets_none_of_the_secret_settings() -> None:
    assert set(SECRETS) <= set(OURS)
