"""One value in the place of a picture, a video or a sound: content that came along, an address, or something else."""

import base64
import binascii
import re

from .kinds import PICTURE, SOUND, VIDEO, fits, kind_of

# No dots at the begin of a type, and no comma before the content: readers that cut elsewhere read the same.
_HEAD = re.compile(
    r"data:(image|video|audio|application)/[A-Za-z0-9][A-Za-z0-9.+-]*(?:;[A-Za-z0-9-]+=[A-Za-z0-9._+-]+)*;base64,"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
# Of longer content only so much is looked at, and that no dots are in the rest: ms-swift takes `data:a/../../b` for a
# path, too, and resolves it before it looks whether anything is there. A whole look takes longer than all else.
_LOOKED_AT = 65536
# What else begins such an address is no place of the web. Blanks and backslashes are read differently by different
# readers.
_URL = re.compile(r"https?://[^\s\\\x00-\x20\x7f]+", re.IGNORECASE)
_SCHEME_OR_PATH = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:/|data:|file:|[/\\~]|\.{1,2}[/\\])", re.IGNORECASE)

NO_CONTENT = "is no picture, video or sound of a kind that is known here; its content begins like none"
NOT_HERE = "is {kind} by its content, and something else by its place or by what it says that it is"
NO_DATA_URL = (
    "is neither a data URL nor an address; files of servers are never opened. Send the content itself: "
    "data:image/png;base64,..."
)
BROKEN = "is a data URL that cannot be read; it has to look like data:image/png;base64,... without blanks"


def is_url(value: str) -> bool:
    """Whether it is an address of the web, and nothing around it."""
    return _URL.fullmatch(value) is not None


def data_url_fault(value: str, place: str) -> str:
    """What is wrong with a value that should be a data URL; empty when it is one of a kind that belongs there."""
    head = _HEAD.match(value)
    if head is None:
        return BROKEN if value.lstrip()[:5].lower() == "data:" else NO_DATA_URL
    declared = head[1] if head[1] in (PICTURE, VIDEO, SOUND) else ""
    return _content_fault(value, head.end(), (declared, place))


def base64_fault(value: str, place: str) -> str:
    """The same for content that stands alone, where a format says that it does."""
    return _content_fault(value, 0, (place,))


def as_data_url(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def looks_like_a_place(value: str) -> bool:
    """Whether somebody could open it: an address, or a path. For where neither has any business."""
    if _SCHEME_OR_PATH.match(value):
        return True
    return "/" in value and not any(character.isspace() for character in value.strip())


def _is_base64(value: str, start: int, end: int) -> bool:
    return _BASE64.fullmatch(value, start, min(end, len(value))) is not None


def _content_fault(value: str, start: int, places: tuple[str, ...]) -> str:
    if (len(value) - start) % 4 or value.find(".", start) >= 0 or not _is_base64(value, start, start + _LOOKED_AT):
        return BROKEN

    def read(begin: int, length: int) -> bytes:
        first, last = begin // 3, -(-(begin + length) // 3)
        if not _is_base64(value, start, start + 4 * last):  # else what decoders pass over would move the rest
            return b""
        try:
            piece = base64.b64decode(value[start + 4 * first : start + 4 * last], validate=True)
        except binascii.Error:
            return b""
        return piece[begin - 3 * first : begin - 3 * first + length]

    kind = kind_of(read)
    if not kind:
        return NO_CONTENT
    return "" if all(fits(kind, place) for place in places) else NOT_HERE.format(kind=kind)
