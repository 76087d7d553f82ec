"""The grammar of translation: recognises an English sentence by the template it was made from, and says the same by
that template's translation.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

# Beyond these it is no sentence of ours, but one that somebody made to cost time.
LONGEST = 20_000
PARTS_MAX = 100
# `field: what is wrong; another_field: what is wrong`
_NEXT_FIELD = re.compile(r"; (?=[A-Za-z_][\w.~\[\]-]*: )")

# By the kind of what a template makes, its English and its Chinese.
Table = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Value:
    """A value in braces: `{name}` is taken as it is, `{name:kind}` is translated as one of that kind, where it can be.

    After `{name:kind!}` the template fits only when the value is one of that kind; `{name:kind,}` is a list of them.
    """

    name: str
    kind: str
    strict: bool
    listed: bool


@dataclass(frozen=True, slots=True)
class Template:
    """An English sentence: the texts around its values, the values, and the Chinese sentence with the same values."""

    texts: tuple[str, ...]
    values: tuple[Value, ...]
    chinese: str

    def captured(self, sentence: str) -> list[str] | None:
        """What stands in the place of the values; None when the sentence was not made from this template.

        From left to right, each text where it comes first: the time it takes does not explode with what users wrote.
        """
        at, end = len(self.texts[0]), len(sentence) - len(self.texts[-1])
        if not self.values:
            return [] if sentence == self.texts[0] else None
        if at >= end or not sentence.startswith(self.texts[0]) or not sentence.endswith(self.texts[-1]):
            return None
        found = []
        for text in self.texts[1:-1]:
            stop = sentence.find(text, at + 1, end)
            if stop < 0:
                return None
            found.append(sentence[at:stop])
            at = stop + len(text)
        return [*found, sentence[at:end]] if at < end else None


class Grammar:
    """All templates, by the kind of what they make: whole messages, and the parts of some."""

    def __init__(self, table: Table, patterns: Mapping[str, str]) -> None:
        self._templates = {
            kind: [_template(english, chinese) for english, chinese in rows] for kind, rows in table.items()
        }
        self._patterns = {kind: re.compile(pattern) for kind, pattern in patterns.items()}

    def translate(self, sentence: str, kind: str) -> str | None:
        """The Chinese for it; None when no template of that kind made it."""
        return self._translate(sentence, kind, iter(range(PARTS_MAX))) if len(sentence) <= LONGEST else None

    def translate_message(self, message: str) -> str:
        """The Chinese for a message, or for each of several about fields; what is unknown stays as it is."""
        parts = _NEXT_FIELD.split(message)
        several = [self.translate(part, "message") for part in parts]
        if len(parts) > 1 and None not in several:
            return "；".join(map(str, several))
        whole = self.translate(message, "message")
        return whole if whole is not None else "；".join(new or old for new, old in zip(several, parts, strict=True))

    def _translate(self, sentence: str, kind: str, steps: Iterator[int]) -> str | None:
        if next(steps, None) is None:
            return None
        if kind in self._patterns:
            return sentence if self._patterns[kind].fullmatch(sentence) else None
        for template in self._templates[kind]:
            captured = template.captured(sentence)
            if captured is not None and (chinese := self._filled(template, captured, steps)) is not None:
                return chinese
        return None

    def _filled(self, template: Template, captured: list[str], steps: Iterator[int]) -> str | None:
        values: dict[str, str] = {}
        for value, text in zip(template.values, captured, strict=True):
            chinese = self._value(value, text, steps)
            if chinese is None:
                return None
            values[value.name] = chinese
        return template.chinese.format(**values)

    def _value(self, value: Value, text: str, steps: Iterator[int]) -> str | None:
        if not value.kind:
            return text
        if value.listed:
            return "，".join(self._translate(part, value.kind, steps) or part for part in text.split(", "))
        translated = self._translate(text, value.kind, steps)
        return translated if translated is not None or value.strict else text


def _template(english: str, chinese: str) -> Template:
    texts, values = [""], []
    for text, name, spec, _ in Formatter().parse(english):
        texts[-1] += text
        if name is not None:
            kind = spec or ""
            values.append(Value(name, kind.rstrip("!,"), kind.endswith("!"), kind.endswith(",")))
            texts.append("")
    return Template(tuple(texts), tuple(values), chinese)
