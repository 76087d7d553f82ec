"""Which service to talk to, and with which key: arguments first, then the environment, then the file of `swt up`."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from client.sdk.errors import ConfigurationError

DEFAULT_URL = "http://127.0.0.1:8000"
URL_VARIABLE = "SWIFT_TRAINER_URL"
API_KEY_VARIABLE = "SWIFT_TRAINER_API_KEY"
API_PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The service's address, without trailing slash and API prefix, and the key for it ('' for none)."""

    url: str
    api_key: str = field(default="", repr=False)


def find_credentials(
    url: str | None = None, api_key: str | None = None, environ: Mapping[str, str] = os.environ
) -> Credentials:
    """Fill in what was not given. The file's key goes to the file's address only, so that no other host sees it."""
    url = url or environ.get(URL_VARIABLE)
    api_key = api_key or environ.get(API_KEY_VARIABLE)
    if url and api_key:
        return Credentials(normal_url(url), api_key)
    saved = read_credentials(credentials_path(environ)) or Credentials(DEFAULT_URL)
    chosen = normal_url(url or saved.url)
    return Credentials(chosen, api_key or (saved.api_key if chosen == saved.url else ""))


def credentials_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the credentials of this user are kept."""
    home = Path(environ.get("HOME") or Path.home())
    base = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "swift-trainer" / "credentials.json"


def read_credentials(path: Path) -> Credentials | None:
    """What the file says, None when there is none; a file that is there but makes no sense is an error."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as exc:
        raise ConfigurationError(f"cannot read {path}: {exc}") from exc
    if not isinstance(found, dict) or not isinstance(found.get("url"), str):
        raise ConfigurationError(f'{path} has to look like {{"url": "...", "api_key": "..."}}')
    return Credentials(normal_url(found["url"]), str(found.get("api_key") or ""))


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
