"""A walk through a request's body: finds everything in it that a model server may take for a picture, a video or a
sound.

By structure, not by a list of spellings: what is known to be text is text, and all else is a medium or must at least
not look like something that can be opened. ms-swift takes media from `images`, `videos` and `audios` beside the
messages, from parts of any message, from whatever `chat_template_kwargs` names like one (its
template/templates/qwen.py lets these win), and a path from between <img> and </img> in any text (template/base.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .kinds import PICTURE, SOUND, VIDEO
from .values import looks_like_a_place

DEPTH_MAX = 64
# Text for people, models and servers: nothing of it is opened, but for what stands between <img> and </img>.
_TEXT = frozenset(
    {
        "model", "role", "type", "name", "text", "title", "refusal", "reasoning", "reasoning_content", "thinking",
        "signature", "tool_calls", "tool_call_id", "function_call", "arguments", "annotations", "logprobs", "tools",
        "functions", "tool_choice", "response_format", "metadata", "user", "stop", "suffix", "instructions",
        "instruction", "label", "prompt_cache_key", "safety_identifier", "guided_json", "guided_regex", "guided_choice",
        "guided_grammar", "structured_outputs", "structured_outputs_regex", "json_schema", "bad_words", "chat_template",
    }
)  # fmt: skip
# Text, or lists of messages and of their parts.
_TALK = frozenset(
    {"messages", "content", "system", "input", "output", "prompt", "query", "queries", "documents", "text_1", "text_2"}
)
_MEDIUM = re.compile(r"(?:.*_)?(?:image|video|audio|media|picture|frame|file)s?(?:_[a-z]+)?|.*(?:url|uri|path|bytes)s?")
_PLACES = ((PICTURE, ("image", "picture", "frame")), (VIDEO, ("video",)), (SOUND, ("audio",)))
# Whose content may be an object: servers write it into the text as JSON.
_OF_TOOLS = ("tool", "tool_call", "tool_response")
_INPUT_AUDIO = "input_audio"
_WORD = re.compile(r"[A-Za-z0-9_-]{0,64}")
# What a medium's object says beside its content.
_WORDS = frozenset({"type", "detail", "format", "voice", "id", "uuid", "file_id"})


@dataclass(frozen=True, slots=True)
class Medium:
    """A value in a medium's place: `holder[key]`.

    `place` is what is asked for there, empty where a name does not tell. `is_bare` where a format wants content without
    `data:` around it.
    """

    where: str
    holder: Any
    key: Any
    place: str
    is_bare: bool = False

    @property
    def value(self) -> str:
        return str(self.holder[self.key])


@dataclass(slots=True)
class Walk:
    """`media` and `texts` in the order of the body; `strangers` are places that look like one where none belongs."""

    media: list[Medium] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def through(self, value: Any, where: str = "", name: str = "", depth: int = 0) -> None:
        """Look at a value that stands under `name`. Raises RecursionError where it is nested without end."""
        for key, inner, path in _inside(value, where, depth):
            inner_name = key.lower() if isinstance(key, str) else name
            if inner_name in _TEXT:
                self.texts += _strings(inner)
                if inner_name == "type":
                    self.texts += _bracketed(inner)
            elif inner_name not in _TALK and _MEDIUM.fullmatch(inner_name):
                self._medium(value, key, path, inner_name, depth)
            elif isinstance(inner, str):
                self._text_or_stranger(inner, inner_name, path)
            elif key == "content" and isinstance(inner, dict) and value.get("role") in _OF_TOOLS:
                self.texts += _strings(inner)
            else:
                self.through(inner, path, inner_name, depth + 1)

    def _text_or_stranger(self, value: str, name: str, path: str) -> None:
        self.texts.append(value)
        if name not in _TALK and looks_like_a_place(value):
            self.strangers.append(path)

    def _medium(self, holder: Any, key: Any, path: str, name: str, depth: int) -> None:
        value = holder[key]
        if isinstance(value, str):
            if value and not (key in _WORDS and _is_word(value)):
                is_bare = name == _INPUT_AUDIO and key == "data"
                self.media.append(Medium(path, holder, key, _place(name), is_bare))
            return
        for inner_key, _, inner_path in _inside(value, path, depth):
            self._medium(value, inner_key, inner_path, f"{name}[]" if isinstance(value, list) else name, depth + 1)


def _place(name: str) -> str:
    """A list in the place of one video has its frames; `[]` behind the name stands for each list."""
    place = next((place for place, words in _PLACES if any(word in name for word in words)), "")
    return PICTURE if place == VIDEO and re.search(r"[^s]\[\]|\[\]\[\]", name) else place


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and _WORD.fullmatch(value) is not None


def _bracketed(kind: Any) -> list[str]:
    """As what a part of this type stands among the texts of its message."""
    return [f"<{kind}>", f"<{kind.removesuffix('_url')}>"] if isinstance(kind, str) else []


def _inside(value: Any, where: str, depth: int) -> Iterator[tuple[Any, Any, str]]:
    """(key, value, its path) of each element."""
    if depth > DEPTH_MAX:
        raise RecursionError
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner, f"{where}.{key[:40]}" if where else key[:40]
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield number, inner, f"{where}[{number}]"


def _strings(value: Any) -> Iterator[str]:
    """Of what is text for certain, names too; nested as deep as JSON was read: schemas and metadata may be."""
    left = [value]
    while left:
        inner = left.pop()
        if isinstance(inner, str):
            yield inner
        elif isinstance(inner, dict):
            left += [part for key, held in reversed(inner.items()) for part in (held, key)]
        elif isinstance(inner, list):
            left += reversed(inner)
