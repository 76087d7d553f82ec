"""The chains of exceptions that the ranks of a training kept as files (common/swift/programs/training/failure.py)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from common.plain_files import read_plain
from common.swift.programs.training.reading import COPIES
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
        return unfolded(_by_its_name(tuple(map(_raised, links))))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ()


def _by_its_name(chain: Chain) -> Chain:
    """Of a file that was read by way of a copy, the user knows the one that was named."""
    named = next((each.told["dataset_path"] for each in chain if "dataset_path" in each.told), "")
    if not named:
        return chain
    return tuple(
        replace(each, told={**each.told, "file": named}) if f"/{COPIES}/" in each.told.get("file", "") else each
        for each in chain
    )


def _raised(link: Mapping[str, Any]) -> Raised:
    frames = tuple((str(file), int(line or 0), str(function)) for file, line, function in link["frames"])
    told = {str(name): str(value) for name, value in link.get("told", {}).items()}
    return Raised(str(link["type"]).removeprefix("builtins."), str(link["message"]), frames, told)
