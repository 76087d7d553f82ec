"""Media: are the images, videos and audios that a record names there, below the allowed roots?

ms-swift opens them one by one while it trains (load_file in its template/vision_utils.py): a name is taken as it stands
or below ROOT_IMAGE_DIR; what begins with `http` or `data:` is fetched or decoded, and so is what is no file but base64.
It fetches whatever it reaches, and looks names up by itself: that the address was public when somebody checked it says
nothing. So addresses pass only where MEDIA_URLS is `any`.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from common.swift.inputs.places.paths import is_there, resolve_under_roots, shown_path
from common.swift.inputs.places.roots import Roots
from common.swift.inputs.problem import InputRefused
from common.swift.inputs.records.media_names import ADDRESS, named_media

FILES_MAX = 1000
# ms-swift takes what is longer for base64.
NAME_MAX_CHARACTERS = 2000
BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
# The smallest image that there is has more.
BASE64_MIN_CHARACTERS = 48
DATA = "data:"
FETCHED = ("http://", "https://")


@dataclass(slots=True)
class MediaJudge:
    """Finds fault with a record's images, videos and audios (`kinds`); looks at FILES_MAX files at most.

    `folder` is the job's ROOT_IMAGE_DIR, resolved. `renamed` is what the option `columns` renames, in lower case.
    `fetches` tells whether addresses may be named, `has_files` whether this machine has the files.
    """

    roots: Roots
    folder: Path | None
    kinds: frozenset[str]
    renamed: Mapping[str, str]
    fetches: bool = False
    has_files: bool = True
    looked_at: int = 0

    def __call__(self, record: Mapping[str, object]) -> str:
        """A sentence on the first file that cannot be used, or nothing."""
        for column, name in named_media(record, self.kinds, self.renamed):
            why = self._fault(name.strip())
            if why:
                return f"column {column}: {why}"
        return ""

    def passes(self, names: Iterable[str]) -> bool:
        """Whether there is nothing to find with any of these, by a fast look; no file is looked at."""
        if self.has_files and self.looked_at < FILES_MAX:
            return not any(names)
        return not any(ADDRESS.match(name.strip()) and not self._is_fetched(name.strip()) for name in names)

    def _fault(self, name: str) -> str:
        if ADDRESS.match(name):
            return "" if self._is_fetched(name) else _address_fault(name)
        if not self.has_files or self.looked_at >= FILES_MAX:
            return ""
        self.looked_at += 1
        return _file_fault(name, self.roots, self.folder)

    def _is_fetched(self, address: str) -> bool:
        return self.fetches and address.startswith(FETCHED)


def _address_fault(name: str) -> str:
    return (
        f"{shown_path(name)} is an address, and trainings fetch none here; save its file beside the data set and give "
        "the path, or its content as data:image/png;base64,… (an administrator can allow addresses: MEDIA_URLS=any)"
    )


def _file_fault(name: str, roots: Roots, folder: Path | None) -> str:
    if not name or _is_content(name) or len(name) > NAME_MAX_CHARACTERS:
        return ""
    path = _path_of(name, folder)
    if _is_base64(name) and not (path and is_there(Path(path))):
        return ""
    if not path:
        return f"{shown_path(name)} is no whole path; write it in full, or send its folder as env.ROOT_IMAGE_DIR"
    try:
        return _state_fault(resolve_under_roots(path, roots), path)
    except InputRefused as refusal:
        return refusal.problem.message


def _is_content(name: str) -> bool:
    """Dots would lead out of what ms-swift tries as a path before it takes it for content."""
    return name.startswith(DATA) and ".." not in name


def _path_of(name: str, folder: Path | None) -> str:
    """Empty for a name that is relative to nothing."""
    if name.startswith(("/", "~")):
        return name
    return f"{folder}/{name}" if folder else ""


def _is_base64(name: str) -> bool:
    packed = "".join(name.split())
    return len(packed) >= BASE64_MIN_CHARACTERS and len(packed) % 4 == 0 and BASE64.fullmatch(packed) is not None


def _state_fault(real: Path, path: str) -> str:
    try:
        if not real.exists():
            return f"{shown_path(path)} does not exist on this machine"
        if not real.is_file():
            return f"{shown_path(path)} is not a file"
        if not os.access(real, os.R_OK):
            return f"{shown_path(path)} is not readable for this service"
        return "" if real.stat().st_size else f"{shown_path(path)} is empty"
    except OSError as error:
        return f"{shown_path(path)} cannot be read: {error.strerror}"
