"""Where an input lives: a path below the allowed roots of this machine, or an id on a model hub."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from common.field_problem import FieldProblem
from common.reasons import Reason
from common.swift.inputs.places.link_names import kept_name
from common.swift.inputs.places.links import straying_link
from common.swift.inputs.places.roots import Roots
from common.swift.inputs.problem import InputRefused
from common.truncated import truncated

ROOTS_SETTING = "ALLOWED_ROOTS"

PATH_MAX_BYTES = 4096
NAME_MAX_BYTES = 255

# ms-swift's syntax: hub::owner/name:subset/subset#sample; the older hub ids have a third part.
HUB_ID = re.compile(r"((hf|ms)::)?[\w.-]+(/[\w.-]+){1,2}(:[\w.-]+(/[\w.-]+)*)?(#\d+)?", re.IGNORECASE | re.ASCII)
PARTS = re.compile(r"[/:]")
OTHER_HUB = re.compile(r"[^/]*::", re.DOTALL)
SAMPLE = re.compile(r"(?P<path>.+)#(?P<count>\d+)", re.DOTALL)
ROWS = re.compile("0*[1-9][0-9]*")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/|file:", re.IGNORECASE)
DATA_FILE = re.compile(r".*\.(jsonl|json|csv|parquet|arrow|txt)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Located:
    """`opened` is what ms-swift is to open: an id on a hub as it was sent, else an absolute path, its sample behind it;
    where links lead to it, by the name that was sent (common.swift.inputs.places.link_names).

    `on_hub` says that a hub is asked for it, and not this machine's disks. `link` is that name with what was checked
    behind it; of what is no link both are empty.
    """

    opened: str
    on_hub: bool = False
    link: tuple[str, str] = ("", "")


def locate(value: str, roots: Roots, field: str = "path") -> Located:
    """An id on a hub, or the path below one of `roots`, which need not exist. Raises InputRefused."""
    if why := _sample_fault(value, roots):
        raise InputRefused(FieldProblem(field, Reason.DATA_INVALID, why))
    if is_on_hub(value, roots):
        return Located(value, on_hub=True)
    bare, sample = split_sample(value)
    if sample and any(is_there(candidate) for candidate in _candidates(value, roots)):
        bare, sample = value, ""  # the name of a file, however it ends
    real = resolve_input(bare, roots, field)
    named = next((path for path in _candidates(bare, roots) if _resolved(path) == real), real)
    kept = kept_name(named, real, roots)
    return Located(f"{kept}{sample}", link=("", "") if kept == real else (str(kept), str(real)))


def is_on_hub(path: str, roots: Roots) -> bool:
    """Not when it is written as a path or exists below a root; otherwise when it has the form of a hub's id."""
    bare = split_sample(path)[0]
    if bare.startswith(("/", "./", "../", "~")) or not HUB_ID.fullmatch(path):
        return False
    # Without a hub's prefix ms-swift opens what is there by that name, from its own folder on.
    if {".", ".."} & set(PARTS.split(bare)) or DATA_FILE.fullmatch(bare):
        return False
    return not any(is_there(root / bare) for root in roots.folders)


def split_sample(path: str) -> tuple[str, str]:
    """The path and ms-swift's sampling suffix: ("a.jsonl", "#1000") for "a.jsonl#1000"; the suffix may be empty."""
    found = SAMPLE.fullmatch(path)
    return (found["path"], f"#{found['count']}") if found else (path, "")


def _sample_fault(value: str, roots: Roots) -> str:
    """What is wrong with what stands behind `#`, where no file is called so: ms-swift ends at what is no number, and
    takes 0 rows, or all but some, at others.
    """
    named, mark, count = value.rpartition("#")
    if not mark or any(is_there(candidate) for candidate in _candidates(value, roots)):
        return ""
    if not named:
        return f"{shown_path(value)} has no name before its `#`"
    if ROWS.fullmatch(count) or not any(_may_be_data(name, roots) for name in (named, value.partition("#")[0])):
        return ""
    return f"{shown_path(value)}: behind `#` is said how many rows to take, a whole number of 1 or more"


def _may_be_data(name: str, roots: Roots) -> bool:
    if HUB_ID.fullmatch(name) or DATA_FILE.fullmatch(name):
        return True
    return any(is_there(candidate) for candidate in _candidates(name, roots))


def home_fault(path: str) -> str:
    """What is wrong with a path that begins in somebody's home folder; empty for any other."""
    if not path.startswith("~"):
        return ""
    return f"{shown_path(path)} begins with `~`, and nobody's home is meant here; give the whole path"


def resolve_input(path: str, roots: Roots, field: str = "path") -> Path:
    """As `resolve_under_roots`, for what may be a folder whose files are all read, those behind links included."""
    real = resolve_under_roots(path, roots, field)
    link = straying_link(real, roots)
    if link is not None:
        why = f"{shown_path(str(link))} leads out of the allowed roots, or to what the service keeps; copy it"
        raise InputRefused(FieldProblem(field, Reason.PATH_NOT_ALLOWED, why))
    return real


def resolve_under_roots(path: str, roots: Roots, field: str = "path") -> Path:
    """The absolute path without symlinks; raises InputRefused unless it is below one of `roots`, and not the service's.

    A relative path is looked up in each root and belongs to the first when it exists in none. The path need not
    exist.
    """
    why = _malformed(path)
    if why:
        raise InputRefused(FieldProblem(field, Reason.PATH_NOT_ALLOWED, why))
    found = [real for candidate in _candidates(path, roots) if (real := _resolved(candidate)) and roots.has(real)]
    for real in found:
        if not roots.keeps(real):
            _refuse_above_own(path, real, roots, field)
            return real
    message = f"{shown_path(path)} is in a folder that the service keeps for itself" if found else _outside(path, roots)
    raise InputRefused(FieldProblem(field, Reason.PATH_NOT_ALLOWED, message))


def _outside(path: str, roots: Roots) -> str:
    """Why a path leads to no root: it is elsewhere, or one of its links leads there."""
    below = [each for each in _candidates(path, roots) if any(each.is_relative_to(root) for root in _spelled(roots))]
    if any(_resolved(each) is None for each in below):
        return f"{shown_path(path)} is a symbolic link that leads back to itself"
    if below:
        return (
            f"{shown_path(path)} is a symbolic link, or behind one, that leads out of the allowed roots; copy the file"
        )
    return f"{shown_path(path)} is not below an allowed root of this machine; its setting {ROOTS_SETTING} names them"


def _spelled(roots: Roots) -> list[Path]:
    return [spelling for root in roots.folders for spelling in (root.absolute(), root.resolve())]


def _refuse_above_own(path: str, real: Path, roots: Roots, field: str) -> None:
    if roots.keeps_part_of(real):
        why = f"{shown_path(path)} has folders in it that the service keeps for itself; name one beside them"
        raise InputRefused(FieldProblem(field, Reason.PATH_NOT_ALLOWED, why))


def is_there(path: Path) -> bool:
    """Whether it exists; false for what cannot be the name of a file."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def shown_path(path: str) -> str:
    """The path for a message: in quotes, and not without end."""
    return repr(truncated(path, 200))


def _malformed(path: str) -> str:
    if not path.strip():
        return "the path is empty"
    if "\0" in path:
        return "the path has a NUL character"
    if _is_too_long(path):
        return f"{shown_path(path)} is too long, or has characters that no path has"
    return _not_literal(path)


def _not_literal(path: str) -> str:
    """What a shell or a browser would make of it, and nobody does here."""
    if SCHEME.match(path):
        return f"{shown_path(path)} is a URL; give a path"
    if OTHER_HUB.match(path):
        return f"{shown_path(path)} is no id on a hub, which is hf::owner/name or ms::owner/name, and no path"
    if ".." in PurePosixPath(path).parts:
        return f"{shown_path(path)} has `..` in it; give the path below a root that {ROOTS_SETTING} names"
    return home_fault(path)


def _is_too_long(path: str) -> bool:
    try:
        names = [name.encode() for name in path.split("/")]
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can carry
        return True
    return sum(map(len, names)) + len(names) > PATH_MAX_BYTES or max(map(len, names)) > NAME_MAX_BYTES


def _candidates(path: str, roots: Roots) -> list[Path]:
    if path.startswith("/"):
        return [Path(path)]
    below = [root.resolve() / path for root in roots.folders]
    return [candidate for candidate in below if is_there(candidate)] or below[:1]


def _resolved(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a name too long, a loop of symlinks
        return None
