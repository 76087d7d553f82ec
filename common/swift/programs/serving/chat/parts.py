"""The content of messages: a text, or parts of it, of which some have something to look at or listen to."""

from collections.abc import Sequence
from typing import Any

from ..errors import missing, unsupported_value, wrong_type
from ..fields import Fields, kind_of
from ..labels import CACHE_MARKS

# OpenAI's, and those of other servers.
_MEDIA = {"image_url": "image", "image": "image", "video_url": "video", "video": "video", "audio_url": "audio"}
_SOUND = "input_audio"
_TEXTS = ("refusal", "text")
_KINDS = sorted((*_TEXTS, *_MEDIA, _SOUND))
_NAMES = {"image": "pictures", "video": "videos", "audio": "sounds"}
# A picture is looked at as large as the model takes it.
DETAILS = ("auto", "high")


def read_content(message: Fields, sees: frozenset[str]) -> str | list[dict[str, Any]]:
    """A text, or the parts where one of them is no text. Raises ApiError."""
    content = message.body.get("content")
    if isinstance(content, str):
        return content
    if content is None:
        raise missing(message.name("content"))
    if not isinstance(content, list):
        raise wrong_type(message.name("content"), "a string or an array", kind_of(content))
    parts = [_part(part, sees) for part in message.each("content")]
    if all(part["type"] == "text" for part in parts):
        return "".join(part["text"] for part in parts)
    return parts


def read_text(message: Fields) -> str:
    """The text of a message that has nothing but text. Raises ApiError."""
    content = message.body.get("content")
    kinds = [part.get("type") for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    if any(kind in (*_MEDIA, _SOUND) for kind in kinds):
        raise unsupported_value(message.name("content"), "has more than text, which only messages of the user may have")
    return str(read_content(message, frozenset()))


def places_of_media(messages: Sequence[Any]) -> tuple[str, ...]:
    """Where each medium stands, of messages that were read."""
    return tuple(
        f"messages[{number}].content[{place}]"
        for number, message in enumerate(messages)
        if isinstance(message.get("content"), list)
        for place, part in enumerate(message["content"])
        if part["type"] in (*_MEDIA, _SOUND)
    )


def _part(part: Fields, sees: frozenset[str]) -> dict[str, Any]:
    kind = part.needed_text("type")
    if kind not in _KINDS:
        raise unsupported_value(part.name("type"), f"is '{kind[:40]}'; known here: {', '.join(_KINDS)}")
    part.only({"type", kind, *CACHE_MARKS} | ({"annotations"} if kind == "text" else set()))
    if kind in _TEXTS:
        text = part.text(kind)
        if text is None:
            raise missing(part.name(kind))
        return {"type": "text", "text": text}
    if kind == _SOUND:
        sound = part.inner(kind)
        sound.only({"data", "format"})
        url = f"data:audio/{sound.needed_text('format')};base64,{sound.needed_text('data')}"
        return _seen("audio", url, part, sees)
    return _seen(_MEDIA[kind], _medium(part, kind), part, sees)


def _medium(part: Fields, kind: str) -> str | list[Any]:
    """An address by itself, as some clients send it, or in an object."""
    medium = part.body.get(kind)
    if isinstance(medium, dict):
        inner = part.inner(kind)
        if kind == "image_url":
            inner.limit({"detail": DETAILS})
        inner.only({"url", "detail"} if kind == "image_url" else {"url"})
        medium = medium.get("url")
    if not isinstance(medium, str | list) or not medium:
        raise missing(f"{part.name(kind)}.url")
    return medium


def _seen(kind: str, value: Any, part: Fields, sees: frozenset[str]) -> dict[str, Any]:
    if kind not in sees:
        raise unsupported_value(part.place, f"is {kind} content, and this model takes no {_NAMES[kind]}")
    return {"type": kind, kind: value}
