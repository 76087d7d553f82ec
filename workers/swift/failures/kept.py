"""The chains of exceptions that the ranks of a training kept as files (common/swift/programs/training/failure.py)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.plain_files import read_plain
from workers.swift.failures.chain import Chain, Raised
from workers.swift.failures.traceback_text import unfolded

FILES = "failure*.json"


def kept_chains(facts_dir: Path) -> list[Chain]:
    """What each rank that ended by an exception kept, the first to end first; what cannot be read is left out."""
    files = sorted(facts_dir.glob(FILES), key=_written_at)
    return [chain for path in files if (chain := _read(path))]


def _written_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _read(path: Path) -> Chain:
    try:
        links = json.loads(read_plain(path))["chain"]
        return unfolded(tuple(map(_raised, links)))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ()


def _raised(link: Mapping[str, Any]) -> Raised:
    frames = tuple((str(file), int(line or 0), str(function)) for file, line, function in link["frames"])
    told = {str(name): str(value) for name, value in link.get("told", {}).items()}
    return Raised(str(link["type"]).removeprefix("builtins."), str(link["message"]), frames, told)
