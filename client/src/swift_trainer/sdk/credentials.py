"""Credentials: which service and gateway to talk to, with which key; arguments first, the environment, then the file of
`swt up`.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from swift_trainer.sdk.errors import ConfigurationError

DEFAULT_URL = "http://127.0.0.1:8000"
DEFAULT_GATEWAY = "http://127.0.0.1:8001"
URL_VARIABLE = "SWIFT_TRAINER_URL"
GATEWAY_VARIABLE = "SWIFT_TRAINER_GATEWAY"
API_KEY_VARIABLE = "SWIFT_TRAINER_API_KEY"
API_PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The service's address, without trailing slash and API prefix, and the key for it ('' for none).

    `gateway` is the address of its gateway without /v1, where the file says it.
    """

    url: str
    api_key: str = field(default="", repr=False)
    gateway: str = ""


def find_credentials(
    url: str | None = None, api_key: str | None = None, environ: Mapping[str, str] = os.environ
) -> Credentials:
    """Fill in what was not given. A key of the file goes to its own address only, so that no other host sees it."""
    url = url or environ.get(URL_VARIABLE)
    api_key = api_key or environ.get(API_KEY_VARIABLE)
    if url and api_key:
        return Credentials(normal_url(url), api_key)
    saved = read_all_credentials(credentials_path(environ)) or [Credentials(DEFAULT_URL)]
    chosen = normal_url(url or saved[0].url)
    return Credentials(chosen, api_key or next((each.api_key for each in saved if each.url == chosen), ""))


def find_gateway(
    url: str | None = None,
    api_key: str | None = None,
    gateway: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Credentials:
    """The gateway of that service, with the key for it. A key of the file goes to its own gateway only.

    Raises ConfigurationError when nothing says where it is.
    """
    service = find_credentials(url, api_key, environ)
    known = _known_gateway(service.url, read_all_credentials(credentials_path(environ)))
    asked = gateway or environ.get(GATEWAY_VARIABLE)
    if not asked and not known:
        raise ConfigurationError(f"where is the gateway of {service.url}? Say it with {GATEWAY_VARIABLE}")
    chosen = gateway_address(asked) if asked else known
    key_was_given = bool(api_key or environ.get(API_KEY_VARIABLE))
    return Credentials(chosen, service.api_key if key_was_given or chosen == known else "")


def credentials_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the credentials of this user are kept."""
    home = Path(environ.get("HOME") or Path.home())
    base = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "swift-trainer" / "credentials.json"


def read_all_credentials(path: Path) -> list[Credentials]:
    """What the file says of each service, first of the one that is meant where none is named; none without a file.

    A file that is there but makes no sense is an error.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as exc:
        raise ConfigurationError(f"cannot read {path}: {exc}") from exc
    others = found.get("others", []) if isinstance(found, dict) else []
    return [_credentials_of(each, path) for each in (found, *(others if isinstance(others, list) else ()))]


def dump_credentials(services: Sequence[Credentials]) -> str:
    """The file's text, for services in that order."""
    first, *others = [{"url": each.url, "api_key": each.api_key, "gateway": each.gateway} for each in services]
    return json.dumps(first | ({"others": others} if others else {}), indent=2) + "\n"


def _credentials_of(found: Any, path: Path) -> Credentials:
    if not isinstance(found, dict) or not isinstance(found.get("url"), str):
        raise ConfigurationError(f'{path} has to look like {{"url": "...", "api_key": "..."}}')
    gateway = gateway_address(str(found["gateway"])) if found.get("gateway") else ""
    return Credentials(normal_url(found["url"]), str(found.get("api_key") or ""), gateway)


def normal_url(url: str) -> str:
    """The address without trailing slash and API prefix; refuses what is no http address."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError(f"{url!r} is not an address like {DEFAULT_URL}")
    if parts.username is not None:
        # It would show in every message that names the address.
        raise ConfigurationError("the address must not hold a user or password; the API key is given apart")
    return url.rstrip("/").removesuffix(API_PREFIX).rstrip("/")


def gateway_address(url: str) -> str:
    """The address that is meant: OpenAI's clients are given it with /v1."""
    return normal_url(url).removesuffix("/v1").rstrip("/")


def is_loopback(url: str) -> bool:
    """Whether that address is this machine's own, which no proxy reaches."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _known_gateway(url: str, saved: Sequence[Credentials]) -> str:
    """What the file says of this service, else, of a service on this machine, the usual address."""
    if told := next((each.gateway for each in saved if each.url == url and each.gateway), ""):
        return told
    return DEFAULT_GATEWAY if is_loopback(url) else ""
