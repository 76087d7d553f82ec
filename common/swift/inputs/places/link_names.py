"""The name that an input is opened by where links lead to it: the user's own, as long as nobody outside the roots could
lead it elsewhere.
"""

from pathlib import Path

from common.swift.inputs.places.roots import Roots

# As Linux counts them before it speaks of a loop.
LINKS_MAX = 40


def kept_name(named: Path, real: Path, roots: Roots) -> Path:
    """`named` when every link on its way lies below the roots and it leads to `real`, which was checked; else `real`.

    A name tells the kind of a file and which model a folder is, and in a hub's cache the target is called by a hash.
    """
    try:
        return named if _followed(named, roots) == real else real
    except OSError:
        return real


def _followed(named: Path, roots: Roots) -> Path | None:
    """Where it leads, step by step; None when a step leaves the roots, or enters what the service keeps."""
    begin, links = _begin(named, roots), 0
    if begin is None:
        return None
    place, left = begin
    while left:
        name = left.pop()
        step = place.parent if name == ".." else place / name
        if not roots.has(step) or roots.keeps(step) or links > LINKS_MAX:
            return None
        if not step.is_symlink():
            place = step
            continue
        begin, links = _behind(step, roots), links + 1
        if begin is None:
            return None
        place, further = begin
        left += further
    return place


def _behind(link: Path, roots: Roots) -> tuple[Path, list[str]] | None:
    """As `_begin`, of a link's target."""
    target = link.readlink()
    return _begin(target, roots) if target.is_absolute() else (link.parent, list(reversed(target.parts)))


def _begin(path: Path, roots: Roots) -> tuple[Path, list[str]] | None:
    """The root that it is below by its text, as it really is, and the names on the way from there, the last one first.

    Links on the way to a root are the operator's.
    """
    for root in roots.folders:
        for place in (root, root.resolve()):
            if path.is_relative_to(place):
                return root.resolve(), list(reversed(path.relative_to(place).parts))
    return None
