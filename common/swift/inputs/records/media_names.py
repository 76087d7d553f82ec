"""The images, videos and audios that a record names, wherever ms-swift takes them from."""

import re
from collections.abc import Collection, Iterator, Mapping

from common.asked_media import unescaped
from common.swift.inputs.records.formats import MESSAGES

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
# Of a multimodal model's texts, where no image is named otherwise (its template/base.py), just as it stands there.
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
            yield from ((column, named) for named in _tagged(value) if _is_place(named))


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
    """(kind, name) in messages with parts: {"type": "image", "image": …}, "image_url" with {"url": …}, or as Anthropic
    has it: "source" with {"url": …}, also within what tools answered.
    """
    for message in messages if isinstance(messages, list) else []:
        yield from _in_messages(message)
        content = message.get("content") if isinstance(message, dict) else None
        yield from _in_messages(content)
        for part in content if isinstance(content, list) else []:
            kind = part.get("type") if isinstance(part, dict) else None
            if isinstance(kind, str):
                for value in (part.get(kind), part.get("source")):
                    url = value.get("url") if isinstance(value, dict) else value
                    yield from ((_bare(kind), named) for named in _named(url))


def _bare(name: str) -> str:
    return name.removesuffix("_url")


def _tagged(value: object) -> Iterator[str]:
    """Names in any text, and in what the parts of a message are when they are joined."""
    if isinstance(value, str):
        for text in {value, unescaped(value)}:
            yield from TAGGED.findall(text)
    elif isinstance(value, list):
        yield from _tagged("".join(_in_join(part) for part in value))
        for element in value:
            yield from _tagged(element)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _tagged(inner)


def _in_join(part: object) -> str:
    """As ms-swift joins it (its template/template_inputs.py): what is no text stands there as its type in brackets."""
    if not isinstance(part, dict):
        return ""
    kind, text = part.get("type"), part.get("text")
    if kind == "text":
        return text if isinstance(text, str) else ""
    return f"<{_bare(kind)}>" if isinstance(kind, str) else ""


def _is_whole(name: str) -> bool:
    """Not content that is in base64."""
    return name.lstrip().startswith("/") or ADDRESS.match(name.lstrip()) is not None


def _is_place(name: str) -> bool:
    """Not a word between two tags; one without a slash is a file of the job's own folder."""
    return "/" in name or ADDRESS.match(name.lstrip()) is not None
