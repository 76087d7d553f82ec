"""Prepares a stack, from what a person asked for to its settings: folders, ports, keys, the interpreter of ms-swift."""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from client.stack.environment import of_every_program
from client.stack.errors import StackError
from client.stack.ports import choose_port
from client.stack.secrets_file import keep_secret
from client.stack.settings import LOOPBACK, StackSettings, default_roots, find_swift_python

USUAL_PORT = 8000
USUAL_GATEWAY_PORT = 8001
USUAL_FLOWER_PORT = 5555
FLOWER_HOST = "127.0.0.1"
API_KEY_FILE = "api_key"
FLOWER_PASSWORD_FILE = "flower_password"  # noqa: S105 - a file's name
DEPLOYMENT_SECRET_FILE = "deployment_secret"  # noqa: S105 - a file's name
SWIFT_VERSION = "from importlib.metadata import version; print(version('ms_swift'))"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for; a port of None means the usual one, or another when that is taken."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int | None = None
    slots: str = "auto"
    with_flower: bool = True
    with_key: bool = True


def prepare(wanted: Wanted, environ: Mapping[str, str], folder: Path, say: Callable[[str], None]) -> StackSettings:
    """Choose what was left open; `environ` and `folder` are the caller's. Raises StackError."""
    api_key = _api_key(wanted, environ)
    flower_port = None
    if wanted.with_flower:
        flower_port = choose_port(FLOWER_HOST, USUAL_FLOWER_PORT, _port_in(environ, "FLOWER_PORT"), say)
    port = choose_port(wanted.host, USUAL_PORT, wanted.port, say)
    asked = _port_in(environ, "GATEWAY_PORT")
    gateway_port = choose_port(wanted.host, USUAL_GATEWAY_PORT, asked, say, promised={port})
    return StackSettings(
        data_dir=wanted.data_dir,
        host=wanted.host,
        port=port,
        api_key=api_key,
        environ={"ALLOWED_ROOTS": default_roots(wanted.host, folder), **environ},
        swift_python=find_swift_python(environ, folder),
        slots=wanted.slots,
        gateway_port=gateway_port,
        flower_port=flower_port,
        flower_password=keep_secret(wanted.data_dir / FLOWER_PASSWORD_FILE),
        deployment_secret=environ.get("DEPLOYMENT_SECRET") or keep_secret(wanted.data_dir / DEPLOYMENT_SECRET_FILE),
        api_prefix=environ.get("API_PREFIX", "/api/v1").rstrip("/"),
    )


def _api_key(wanted: Wanted, environ: Mapping[str, str]) -> str:
    """What clients have to send; '' for nothing, which only a stack for this machine may want."""
    given = environ.get("API_KEY", "")
    if wanted.with_key:
        return given or keep_secret(wanted.data_dir / API_KEY_FILE)
    if given:
        raise StackError("API_KEY is set: take it away, or leave out --no-key")
    if wanted.host not in LOOPBACK:
        raise StackError(f"{wanted.host} is reachable from other machines: --no-key is for 127.0.0.1 only")
    return ""


def _port_in(environ: Mapping[str, str], name: str) -> int | None:
    named = environ.get(name)
    return int(named) if named else None


def swift_version(python: Path) -> str | None:
    """The version of ms-swift in that interpreter; None when it has none, or there is no such interpreter."""
    try:
        answer = subprocess.run(
            [python, "-I", "-c", SWIFT_VERSION],
            env=of_every_program(os.environ),
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
