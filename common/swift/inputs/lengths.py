"""Lengths of rows in tokens, by a sample with the model's own tokenizer: how many are longer than `max_length`.

What a template adds is not counted: a row that is too long here is so for ms-swift, which may find more.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from common.swift.data.encodings import UTF_8
from common.swift.data.records import line_record
from common.swift.data.shapes import Shapes, Unfit
from common.swift.data.shapes.conversations.texts import parsed
from common.swift.data.strict_json import NotJson
from common.swift.data.way import Kind, way_of
from common.swift.inputs.sampling import FIRST_LINES, is_cut, sampled_lines
from common.swift.inputs.tables.records import records_of
from common.swift.inputs.verdict import LongRows

TOKENIZER = "tokenizer.json"
# Each is encoded by itself, and one that is too long costs the row.
MESSAGES = ("messages", "rejected_messages")


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a row may be, in tokens of the tokenizer in that file."""

    tokenizer: str
    max_length: int


def long_rows(path: Path, shapes: Shapes, limit: Limit) -> LongRows | None:
    """Those among the first rows, and some throughout a large file; None where none is too long. Raises OSError."""
    texts = list(_sampled(path, shapes))
    # A token is a byte at least: most data sets need no tokenizer.
    suspects = [place for place, (_, parts) in enumerate(texts) if _bytes_of(parts) > limit.max_length]
    if not suspects:
        return None
    count_tokens = _counter(limit.tokenizer)
    lengths = {place: max(map(count_tokens, texts[place][1])) for place in suspects}
    long = [place for place in suspects if lengths[place] > limit.max_length]
    if not long:
        return None
    return LongRows(len(long), len(texts), texts[long[0]][0], lengths[long[0]], limit.max_length)


def _sampled(path: Path, shapes: Shapes) -> Iterator[tuple[str, list[list[str]]]]:
    """(where, the texts of each conversation) of the rows that can be read."""
    for where, record in _records(path):
        try:
            row = shapes.read(record)
        except Unfit:
            continue
        tools = _tools(row.get("tools"))
        conversations = [[*tools, *_texts(row[name])] for name in MESSAGES if row.get(name)]
        if conversations:
            yield where, conversations


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    way = way_of(path)
    if way.kind is Kind.OTHER:
        yield from records_of(path, way, whole=False)
        return
    if way.kind is not Kind.LINES or way.encoding != UTF_8:
        yield from islice(records_of(path, way), FIRST_LINES)
        return
    for where, line in sampled_lines(path):
        try:
            record = None if is_cut(line) else line_record(line.decode("utf-8-sig"))
        except (NotJson, UnicodeDecodeError):
            return
        if record is not None:
            yield where, record


def _texts(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    return [text for message in messages for text in (*_said(message), *_tools(message.get("tool_calls")))]


def _said(message: Mapping[str, Any]) -> list[str]:
    content = message.get("content")
    return [content] if isinstance(content, str) else _tools(content)


def _tools(value: object) -> list[str]:
    """Tools, or calls of them, as a template writes each; without what some templates leave out."""
    if isinstance(value, str):
        value = parsed(value)
    tools = value if isinstance(value, list) else [value]
    functions = [tool.get("function") or tool for tool in tools if isinstance(tool, Mapping)]
    return [json.dumps(function, ensure_ascii=False) for function in functions]


def _bytes_of(conversations: Iterable[Iterable[str]]) -> int:
    return max((sum(len(text.encode("utf-8", "replace")) for text in texts) for texts in conversations), default=0)


def _counter(tokenizer: str) -> Any:
    from tokenizers import Tokenizer  # noqa: PLC0415 - only who has long rows pays for it

    counts = Tokenizer.from_file(tokenizer)
    counts.no_truncation()

    def count(texts: list[str]) -> int:
        return sum(len(encoded.ids) for encoded in counts.encode_batch(texts, add_special_tokens=False))

    return count
