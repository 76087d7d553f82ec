"""The settings of a local stack, and the environment its processes get: no more secrets than each needs."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from client.stack.environment import passed_on

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - recognised here, never a default


@dataclass(frozen=True, slots=True)
class StackSettings:
    """One local stack. `environ` is what its processes inherit parts of; `flower_port` None means without Flower."""

    data_dir: Path
    host: str
    port: int
    api_key: str = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)
    swift_python: Path
    slots: str = "auto"
    gateway_port: int = 8001
    flower_port: int | None = None
    flower_password: str = field(default="", repr=False)
    deployment_secret: str = field(default="", repr=False)
    api_prefix: str = "/api/v1"

    @property
    def url(self) -> str:
        """Where a client on this machine reaches the API."""
        return f"http://{reachable(self.host)}:{self.port}"

    @property
    def gateway_url(self) -> str:
        """Where a client on this machine reaches the models."""
        return f"http://{reachable(self.host)}:{self.gateway_port}/v1"

    @property
    def flower_url(self) -> str:
        return f"http://127.0.0.1:{self.flower_port}"


def reachable(host: str) -> str:
    """The host as part of a URL: an address that means every interface is reached through loopback."""
    if host in EVERYWHERE:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def default_data_dir(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "swift-trainer"


def given_environ(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment, filled up from `env/.env.<ENVIRONMENT>` of the folder: the processes run elsewhere."""
    path = folder / "env" / f".env.{environ.get('ENVIRONMENT', 'dev')}"
    kept = dotenv_values(path) if path.is_file() else {}
    return {**{name: value for name, value in kept.items() if value is not None}, **environ}


def default_roots(host: str, folder: Path) -> str:
    """Where jobs may read and write beside the data folder: here, and on loopback the whole home of the one user."""
    roots = [folder, Path.home()] if host in LOOPBACK else [folder]
    return ":".join(str(root) for root in dict.fromkeys(roots) if root != Path("/"))


def find_swift_python(environ: Mapping[str, str], folder: Path) -> Path:
    """The interpreter that has ms-swift: the one named, else .venv-swift of this checkout or folder, else our own."""
    if named := environ.get("SWIFT_PYTHON"):
        # Not resolved: the interpreter of a virtual environment is a link, and is known by the link's place.
        return (folder / Path(named).expanduser()).absolute()
    checkout = Path(__file__).parents[2]
    for place in (checkout, folder):
        if (python := place / ".venv-swift" / "bin" / "python").exists():
            return python
    return Path(sys.executable)


def child_environ(settings: StackSettings, redis_socket: Path, process: str) -> dict[str, str]:
    """What the process gets, except for secrets of the service."""
    return {
        "LOG_FORMAT": "console",
        # Over a socket, Flower counts the messages of database 0, whatever the broker's is.
        "REDIS_DB": "1",
        "REDIS_BROKER_DB": "0",
        **passed_on(settings.environ, process),
        "REDIS_SOCKET": str(redis_socket),
        "DATA_DIR": str(settings.data_dir),
        "SWIFT_PYTHON": str(settings.swift_python),
        "GPU_SLOTS": settings.slots,
        "INPUTS_VISIBLE_TO_API": "true",
        # They run in the data folder: nothing there, or in the user's folder, may pose as one of our modules.
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{settings.environ.get('PATH', os.defpath)}",
    }
