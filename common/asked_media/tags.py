"""Image tags: whether texts name a file to open between <img> and </img>, however a server joins them.

ms-swift joins the parts of a message and searches for `<img>(.+?)</img>` (its template/base.py). A part that is no text
stands in the join as its type in brackets (template/template_inputs.py), so `{"type": "img"}` is a tag. Which texts a
server leaves out is its own affair: here any may be. How much lies between the tags does not matter.
"""

import re
from collections.abc import Iterable

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\/")


def has_tagged_place(texts: Iterable[str]) -> bool:
    """Whether some of the texts, one behind the other, have <img> and then </img>."""
    opening, closing = _Tag("<img>"), _Tag("</img>")
    for text in texts:
        was_open = opening.is_found
        for reading in {text, unescaped(text)}:
            begin = 0 if was_open else opening.end_in(reading)
            if begin >= 0 and closing.end_in(reading[begin:]) >= 0:
                return True
    return False


def unescaped(text: str) -> str:
    """Arguments of tools are JSON within JSON, which servers unpack."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else "/", text) if "\\" in text else text


class _Tag:
    """A tag that may begin in one text and go on in others; `begun` tells with how many of its characters."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.begun: set[int] = set()
        self.is_found = False

    def end_in(self, text: str) -> int:
        """Where the tag ends first in this text; -1 where it does not."""
        rests = [self.name[begun:] for begun in self.begun]
        ends = [len(rest) for rest in rests if text.startswith(rest)]
        at = text.find(self.name)
        if at >= 0:
            ends.append(at + len(self.name))
        self._begin(text)
        self.is_found = self.is_found or bool(ends)
        return min(ends, default=-1)

    def _begin(self, text: str) -> None:
        going_on = {begun + len(text) for begun in self.begun if self.name[begun:].startswith(text)}
        ending = {length for length in range(1, len(self.name)) if text.endswith(self.name[:length])}
        self.begun |= (going_on - {len(self.name)}) | ending
