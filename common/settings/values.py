"""The values of single settings, and how they are written: patterns, and what becomes of a text that fits."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from marshmallow import ValidationError

from common.access.addresses import Network, networks
from common.swift.inputs import Roots, own_folders

ENV_FOLDER = Path("env")
ORIGINS_ERROR = "Must be origins separated by commas, such as https://ml.example.org,http://localhost:3000, or *."
PORTS = r"^[1-9]\d{3,4}-[1-9]\d{3,4}$"
PORTS_ERROR = "Must look like 30000-30999."
NAMES = r"^([A-Za-z_][A-Za-z0-9_]*(,[A-Za-z_][A-Za-z0-9_]*)*)?$"
RATE = r"^([1-9]\d{0,8}/(\d{1,4} ?)?(second|minute|hour|day)s?)?$"

# In Redis they part a node's name from what stands beside it.
NODE_NAME = r"^[^;/]*\Z"
NODE_NAME_ERROR = "Must have neither ; nor /."

# What a header can have: of another, the libraries' errors quote the whole.
SENDABLE = r"^[^\x00-\x1f\x7f]*\Z"
SENDABLE_ERROR = "Must have no line breaks or other control characters: no header can have them."


def port_range(text: str) -> tuple[int, int]:
    """The first and the last port of a range that PORTS describes; an empty one when it is malformed."""
    first, _, last = text.partition("-")
    return (int(first), int(last)) if first.isdigit() and last.isdigit() else (1, 0)


def variable_names(text: str | None) -> tuple[str, ...]:
    return tuple(name for name in (text or "").split(",") if name)  # nothing when it is wrong, which is told later


def validate_networks(text: str) -> None:
    try:
        networks(text)
    except ValueError as problem:
        raise ValidationError(f"Must be addresses or networks, such as 10.0.0.0/8,127.0.0.1: {problem}.") from problem


def networks_in(text: str | None) -> tuple[Network, ...]:
    return networks(text or "")  # what is wrong comes as nothing, and is told later


def roots(text: str, data_dir: Path) -> Roots:
    named = [Path(part).expanduser().absolute() for part in text.split(":") if part]
    own = (*own_folders(data_dir), client_folder(os.environ), *_settings_folders([Path(), *named]))
    return Roots(tuple(dict.fromkeys([data_dir, *named])), own)


def _settings_folders(folders: Iterable[Path]) -> list[Path]:
    """Where this process, or who started it in one of those folders, has files of settings, keys among them."""
    found = [folder.absolute() / ENV_FOLDER for folder in folders]
    return [folder for folder in found if any(folder.glob(".env*"))]


def client_folder(environ: Mapping[str, str]) -> Path:
    """Where the `swt` command keeps its key, on a machine where service and client are the same user's."""
    base = environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "swift-trainer"
