"""Are the images, videos and audios that a record names there, below the allowed roots?

ms-swift opens them one by one while it trains (load_file in its template/vision_utils.py): a name is taken as it stands
or below ROOT_IMAGE_DIR; what begins with `http` or `data:` is fetched or decoded, and so is what is no file but base64.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from common.inputs.formats import MESSAGES
from common.inputs.paths import is_there, resolve_under_roots, shown_path
from common.inputs.problem import InputRefused
from common.inputs.roots import Roots

# Also of the worse answer, of better and of other ones (standard_keys in ms-swift's dataset/preprocessor/core.py).
COLUMN = re.compile(
    r"(?:(?:rejected|positive|negative)_)?(?:(?P<kind>image|video|audio)s)|(?P<one>image|video|audio)|teacher_images"
)
IMAGE, VIDEO, AUDIO = "image", "video", "audio"
# A text model's template opens images, too, and drops the record of one that is not there; it passes over the others.
OF_TEXT_MODELS = frozenset({IMAGE})
ALL_KINDS = frozenset({IMAGE, VIDEO, AUDIO})

FILES_MAX = 1000
# ms-swift takes what is longer for base64.
NAME_MAX_CHARACTERS = 2000
BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
# The smallest image that there is has more.
BASE64_MIN_CHARACTERS = 48
FETCHED_OR_DECODED = ("http", "data:")


@dataclass(slots=True)
class MediaJudge:
    """Finds fault with a record's images, videos and audios (`kinds`); looks at FILES_MAX files at most.

    `folder` is the job's ROOT_IMAGE_DIR, resolved. `renamed` is what the option `columns` renames, in lower case.
    """

    roots: Roots
    folder: Path | None
    kinds: frozenset[str]
    renamed: Mapping[str, str]
    looked_at: int = 0

    def __call__(self, record: Mapping[str, object]) -> str:
        """A sentence on the first file that cannot be used, or nothing."""
        for column, name in self._names(record):
            if self.looked_at >= FILES_MAX:
                return ""
            self.looked_at += 1
            why = _fault(name.strip(), self.roots, self.folder)
            if why:
                return f"column {column}: {why}"
        return ""

    def _names(self, record: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """(column, name) of each file."""
        for column, value in record.items():
            name = self.renamed.get(column.lower(), column.lower())
            if _kind(name) in self.kinds:
                yield from ((column, named) for named in _named(value))
            if name in MESSAGES:
                yield from ((column, named) for kind, named in _in_messages(value) if kind in self.kinds)


def _kind(column: str) -> str:
    found = COLUMN.fullmatch(column)
    return (found["kind"] or found["one"] or IMAGE) if found else ""


def _named(value: object) -> Iterator[str]:
    """Names in a column: one or a list, also of lists (the frames of a video), each a text or {path, bytes}."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from _named(element)
    elif isinstance(value, dict) and not value.get("bytes"):
        yield from _named(value.get("path"))


def _in_messages(messages: object) -> Iterator[tuple[str, str]]:
    """(kind, name) in messages with parts: {"type": "image", "image": …} or "image_url" with {"url": …}."""
    for message in messages if isinstance(messages, list) else []:
        content = message.get("content") if isinstance(message, dict) else None
        for part in content if isinstance(content, list) else []:
            kind = part.get("type") if isinstance(part, dict) else None
            if isinstance(kind, str):
                value = part.get(kind)
                url = value.get("url") if isinstance(value, dict) else value
                yield from ((kind.removesuffix("_url"), named) for named in _named(url))


def _fault(name: str, roots: Roots, folder: Path | None) -> str:
    if not name or name.startswith(FETCHED_OR_DECODED) or len(name) > NAME_MAX_CHARACTERS:
        return ""
    path = _path_of(name, folder)
    if _is_base64(name) and not (path and is_there(Path(path))):
        return ""
    if not path:
        return f"{shown_path(name)} is no whole path; write it in full, or send its folder as env.ROOT_IMAGE_DIR"
    try:
        return _file_fault(resolve_under_roots(path, roots), path)
    except InputRefused as refusal:
        return refusal.problem.message


def _path_of(name: str, folder: Path | None) -> str:
    """Empty for a name that is relative to nothing."""
    if name.startswith(("/", "~")):
        return name
    return f"{folder}/{name}" if folder else ""


def _is_base64(name: str) -> bool:
    packed = "".join(name.split())
    return len(packed) >= BASE64_MIN_CHARACTERS and len(packed) % 4 == 0 and BASE64.fullmatch(packed) is not None


def _file_fault(real: Path, path: str) -> str:
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
