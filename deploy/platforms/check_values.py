"""How the options of a platform are checked, whichever it is: what is unknown, the values that all of them know, and
the storage of what servers open.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeAlias

# A field, as a dotted path below `platform`, and a sentence; a check tells what is below its own option.
Problem: TypeAlias = tuple[str, str]
Checks: TypeAlias = Mapping[str, Callable[[Any], Iterator[Problem]]]

_STARTUP_MAX = 24 * 3600


def option_problems(platform: Mapping[str, Any], checks: Checks) -> list[Problem]:
    """What is wrong with the options by themselves; one that is null is not given."""
    found = [(name, f"unknown; the options are {', '.join(checks)}") for name in platform if name not in checks]
    for name, check in checks.items():
        if platform.get(name) is not None:
            found += [(f"{name}{below}", message) for below, message in check(platform[name])]
    return found


def whole_paths(model_paths: Sequence[str]) -> list[str]:
    """Those that a server opens; another is an id on a hub, which it downloads."""
    return [path for path in model_paths if path.startswith("/")]


def outside_storage(folder: str, model_paths: Sequence[str]) -> Iterator[Problem]:
    """Each whole path that is not below the folder under which the servers see their storage."""
    for path in whole_paths(model_paths):
        if not PurePosixPath(path).is_relative_to(folder):
            yield "storage", f"has nothing of {path}: the servers see its files below {folder}"


def startup_seconds(given: Any) -> Iterator[Problem]:
    if not is_whole(given, 10, _STARTUP_MAX):
        yield "", f"must be a whole number from 10 to {_STARTUP_MAX}"


def matches(pattern: re.Pattern[str], given: Any) -> bool:
    """Whether it is a text that fits as a whole."""
    return isinstance(given, str) and pattern.fullmatch(given) is not None


def is_whole(given: Any, least: int, most: int) -> bool:
    """Whether it is a whole number in these bounds; true and false are none."""
    return isinstance(given, int) and not isinstance(given, bool) and least <= given <= most


def is_folder(given: Any) -> bool:
    """Whether it is an absolute path that is no root and leads nowhere else."""
    if not isinstance(given, str) or len(given) > 1024 or not given.isprintable():
        return False
    path = PurePosixPath(given)
    return path.is_absolute() and ".." not in path.parts and len(path.parts) > 1
