"""The images, videos and audios that a record names, wherever ms-swift takes them from."""

import re
from collections.abc import Collection, Iterator, Mapping

from common.inputs.formats import MESSAGES

# Also of the worse answer, of better and of other ones (standard_keys in ms-swift's dataset/preprocessor/core.py).
COLUMN = re.compile(
    r"(?:(?:rejected|positive|negative)_)?(?:(?P<kind>image|video|audio)s)|(?P<one>image|video|audio)|teacher_images"
)
IMAGE, VIDEO, AUDIO = "image", "video", "audio"
# A text model's template opens images, too, and drops the record of one that is not there; it passes over the others.
OF_TEXT_MODELS = frozenset({IMAGE})
ALL_KINDS = frozenset({IMAGE, VIDEO, AUDIO})
ADDRESS = re.compile(r"https?:|[a-z][a-z0-9+.-]+:/|file:", re.IGNORECASE)
# Messages with parts, or lists of such messages.
WITH_PARTS = frozenset({*MESSAGES, "positive_messages", "negative_messages", "rejected_response"})
# What a template passes on beside an image, and in place of it (its template/templates/qwen.py).
BESIDE = "chat_template_kwargs"
# Of a multimodal model's texts, where no image is named otherwise (its template/base.py).
TAGGED = re.compile(r"<img>(.+?)</img>")


def named_media(
    record: Mapping[str, object], kinds: Collection[str], renamed: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """(column, name) of each; `renamed` is what the option `columns` renames, in lower case."""
    for column, value in record.items():
        name = renamed.get(column.lower(), column.lower())
        if _kind(name) in kinds:
            yield from ((column, named) for named in _named(value))
        if name == BESIDE and isinstance(value, dict):
            yield from ((column, named) for key in value if _kind(_bare(key)) for named in _named(value[key]))
        if name in WITH_PARTS:
            yield from ((column, named) for kind, named in _in_messages(value) if kind in kinds)
        if kinds == ALL_KINDS:
            yield from ((column, named) for named in _tagged(value) if _is_whole(named))


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
    elif isinstance(value, dict):  # text in the place of bytes is opened like any other
        yield from (named for named in _named(value["bytes"]) if _is_whole(named))


def _in_messages(messages: object) -> Iterator[tuple[str, str]]:
    """(kind, name) in messages with parts: {"type": "image", "image": …} or "image_url" with {"url": …}."""
    for message in messages if isinstance(messages, list) else []:
        yield from _in_messages(message)
        content = message.get("content") if isinstance(message, dict) else None
        for part in content if isinstance(content, list) else []:
            kind = part.get("type") if isinstance(part, dict) else None
            if isinstance(kind, str):
                value = part.get(kind)
                url = value.get("url") if isinstance(value, dict) else value
                yield from ((_bare(kind), named) for named in _named(url))


def _bare(name: str) -> str:
    return name.removesuffix("_url")


def _tagged(value: object) -> Iterator[str]:
    """Names in a text, or in the texts of messages."""
    if isinstance(value, str):
        yield from TAGGED.findall(value)
    elif isinstance(value, list):
        for element in value:
            yield from _tagged(element)
    elif isinstance(value, dict):
        yield from _tagged(value.get("content", value.get("text", value.get("value"))))


def _is_whole(name: str) -> bool:
    """Not a word between two tags that somebody wrote about."""
    return name.lstrip().startswith("/") or ADDRESS.match(name.lstrip()) is not None
