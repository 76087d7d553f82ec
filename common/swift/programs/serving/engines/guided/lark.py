"""Pieces of grammars in llguidance's dialect of Lark, for one tokenizer."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .held import translated
from .schemas import OPTIONS

_ANYTHING = "(?s:.*)"


@dataclass(frozen=True, slots=True)
class Words:
    """`special`: texts that are tokens of their own, by their ids; llguidance lets nothing else spell these tokens."""

    special: Mapping[str, int]

    def all_of(self, text: str) -> str:
        """A text that has to be there; nothing for an empty one."""
        return " ".join(
            f"<[{self.special[part]}]>" if part in self.special else quoted(part) for part in self._parts(text)
        )

    def text_until(self, rule: str, close: str, without: Iterable[str]) -> list[str]:
        """Rules for any text up to `close` and that; the text has none of `without`, nor a part of `close` that ends it
        too early for who reads it.
        """
        parts = self._parts(close)
        place = next((place for place, part in enumerate(parts) if part in self.special), None)
        core = close.strip()
        if place is not None:  # no text is this token, so the longest text is the right one
            before, rest = "".join(parts[:place]), "".join(parts[place:])
            text, flag = pattern(_ANYTHING + _literal(before)) + without_any([*without, core]), ""
        else:
            end = close.find(core) + len(core)
            before, rest = close[:end], close[end:]
            early = f" & ~{pattern(_ANYTHING + _literal(core) + '(?s:.+)')}"
            text, flag = pattern(_ANYTHING + _literal(before)) + early + without_any(without), "[lazy]"
        return [
            f"{rule}: {rule}_text {self.all_of(rest)}",
            f"{rule}_text{flag}: {rule.upper()}",
            f"{rule.upper()}: {text}",
        ]

    def _parts(self, text: str) -> list[str]:
        if not self.special:
            return [text] if text else []
        longest_first = sorted(self.special, key=len, reverse=True)
        return [part for part in re.split(f"({'|'.join(map(re.escape, longest_first))})", text) if part]


def json_rule(schema: Mapping[str, Any], blanks: str) -> str:
    """JSON as a schema has it, with so much space between its parts."""
    options = {"whitespace_flexible": True, "whitespace_pattern": blanks}
    return "%json " + json.dumps({**translated(schema), OPTIONS: options})


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def pattern(regex: str) -> str:
    return f"/{regex}/"


def without_any(texts: Iterable[str]) -> str:
    """The end of a pattern: what has none of these."""
    told = sorted({text for text in texts if text})
    return f" & ~{pattern(_ANYTHING + '(' + '|'.join(map(_literal, told)) + ')' + _ANYTHING)}" if told else ""


def _literal(text: str) -> str:
    return re.sub(r"[^\w\s]", lambda found: f"\\x{{{ord(found[0]):X}}}", text).replace("\n", "\\n")
