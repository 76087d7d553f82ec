"""What a folder's README.md says of its files: `configs` at its head, each with `data_files` by split. `datasets` goes
by these alone, and ms-swift asks it for the configuration `default` and the split `train`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from common.plain_files import read_plain

CARD = "README.md"
HEAD = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
MAX_BYTES = 1024 * 1024
DEFAULT, TRAIN = "default", "train"
GLOB = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|[^*?\[]+|\[")
IN_GLOB = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "[": r"\["}

# Patterns by split.
Splits = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Card:
    """The patterns of each configuration that names its files; `fault` is what `datasets` stops at."""

    configs: Mapping[str, Splits] = field(default_factory=dict)
    fault: str = ""

    def splits(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Of the names those of each split that the configuration `default` has, in the order of its patterns."""
        return {split: _found(patterns, names) for split, patterns in self.configs[DEFAULT].items()}

    def elsewhere(self, names: Iterable[str]) -> set[str]:
        """Those that another configuration has."""
        others = (splits for name, splits in self.configs.items() if name != DEFAULT)
        return {name for splits in others for patterns in splits.values() for name in _found(patterns, names)}


def card_of(folder: Path) -> Card:
    """Empty where it names no files. Raises OSError."""
    path = folder / CARD
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        return Card()
    head = HEAD.match(read_plain(path).decode("utf-8", errors="replace"))
    try:
        content = yaml.safe_load(head[1]) if head else None
    except yaml.YAMLError:
        return Card(fault=f"{path} begins with what is no YAML between its lines `---`; mend that, or remove it")
    configs = content.get("configs") if isinstance(content, dict) else None
    if not isinstance(configs, list) or not any("data_files" in one for one in configs if isinstance(one, dict)):
        return Card()
    return _card(path, [one for one in configs if isinstance(one, dict)])


def _card(path: Path, configs: list[dict[str, Any]]) -> Card:
    named = {str(one.get("config_name")): one for one in configs}
    if DEFAULT not in named:
        there = ", ".join(named)[:200]
        return Card(
            fault=f"{path} has the configurations {there}, and ms-swift asks for `default`: call one of them so"
        )
    if "data_files" not in named[DEFAULT]:
        return Card()
    return Card({name: _splits(one.get("data_files")) for name, one in named.items()})


def _splits(data_files: object) -> Splits:
    """A pattern, several, or objects with a split and its patterns."""
    parts = data_files if isinstance(data_files, list) else [data_files]
    splits: dict[str, tuple[str, ...]] = {}
    for part in parts:
        split, patterns = (part.get("split"), part.get("path")) if isinstance(part, dict) else (TRAIN, part)
        given = patterns if isinstance(patterns, list) else [patterns]
        splits[str(split)] = (*splits.get(str(split), ()), *(one for one in given if isinstance(one, str)))
    return splits


def _found(patterns: Iterable[str], names: Iterable[str]) -> list[str]:
    names = sorted(names)
    return list(dict.fromkeys(name for pattern in patterns for name in names if _matches(pattern, name)))


def _matches(pattern: str, name: str) -> bool:
    parts = (found[0] for found in GLOB.finditer(pattern.removeprefix("./")))
    return re.fullmatch("".join(map(_as_regex, parts)), name) is not None


def _as_regex(part: str) -> str:
    if part in IN_GLOB:
        return IN_GLOB[part]
    return part.replace("[!", "[^") if part.startswith("[") else re.escape(part)
