"""Links within a folder that lead to where its reader may not go."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from common.swift.inputs.places.roots import Roots


def straying_link(folder: Path, roots: Roots) -> Path | None:
    """A symbolic link in the folder, or behind another one in it, that leads out of the roots or to what is kept.

    As many entries are looked at as the roots say. What cannot be read cannot be followed either.
    """
    for entry in islice(_entries(folder), roots.links_looked_at):
        if entry.is_symlink() and not _may_be_read(Path(entry.path), roots):
            return Path(entry.path)
    return None


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """All below it, folders behind links included, each folder once."""
    seen, to_do = {folder}, [folder]
    while to_do:
        try:
            with os.scandir(to_do.pop()) as entries:
                found = list(entries)
        except OSError:  # no folder, or none of ours
            continue
        for entry in found:
            yield entry
            place = _folder_at(entry)
            if place is not None and place not in seen:
                seen.add(place)
                to_do.append(place)


def _folder_at(entry: os.DirEntry[str]) -> Path | None:
    try:
        if not entry.is_dir():
            return None
        return Path(entry.path).resolve() if entry.is_symlink() else Path(entry.path)
    except (OSError, RuntimeError):
        return None


def _may_be_read(link: Path, roots: Roots) -> bool:
    try:
        real = link.resolve()
    except (OSError, RuntimeError):  # a loop: nobody reads it
        return True
    return roots.has(real) and not roots.keeps(real) and not roots.keeps_part_of(real)
