"""Texts of tokens: a token may be a part of a character. Its text then has the bytes escaped as Python does it
(`surrogateescape`), so that nothing is lost on the way to who tells them.
"""

import codecs
import re
from collections.abc import Callable, Iterable

_BROKEN = "\N{REPLACEMENT CHARACTER}"
# A byte by itself in vocabularies of SentencePiece.
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")


def text_of_token(decoded: str, piece: Callable[[], str]) -> str:
    """The text of one token: `decoded`, as a tokenizer makes it alone, or the bytes of what its vocabulary has for it,
    where these are no whole characters.
    """
    if _BROKEN not in decoded:
        return decoded
    written = piece()
    if found := _BYTE.fullmatch(written):
        return escaped(bytes([int(found[1], 16)]))
    if all(character in _BYTE_OF for character in written):
        return escaped(bytes(_BYTE_OF[character] for character in written))
    return decoded


def escaped(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def raw_of(text: str) -> bytes:
    """The bytes of a token."""
    return text.encode("utf-8", "surrogateescape")


def shown(text: str) -> str:
    """As it is told where bytes cannot be."""
    return raw_of(text).decode("utf-8", "replace")


class Offsets:
    """At which character of one answer each of its tokens begins, however many are heard at a time; one that goes on
    with a character begins where that does.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")  # as the answer has what is no character
        self._passed = 0

    def of(self, texts: Iterable[str]) -> list[int]:
        return [self._next(raw_of(text)) for text in texts]

    def _next(self, raw: bytes) -> int:
        begun, _ = self._decoder.getstate()
        offset = self._passed + (bool(begun and raw) and not _goes_on(begun, raw))
        self._passed += len(self._decoder.decode(raw))
        return offset


def _goes_on(begun: bytes, raw: bytes) -> bool:
    """Whether the character that was begun goes on with the first byte: not each that may be within one does."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(begun + raw[:1])
    except UnicodeDecodeError:
        return False
    return True


def _bytes_of_characters() -> dict[str, int]:
    """Vocabularies of byte-level BPE write each byte as a character that can be seen (GPT-2's table): those that can be
    seen anyhow as themselves, the others by their order from 256 on.
    """
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in seen]
    return {chr(byte): byte for byte in seen} | {chr(256 + place): byte for place, byte in enumerate(others)}


_BYTE_OF = _bytes_of_characters()
