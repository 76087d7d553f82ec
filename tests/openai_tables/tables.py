"""The tables as text, and where they stand in the page."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.swift.programs.serving.chat import asked as chat
from common.swift.programs.serving.completions import asked as completions
from common.swift.programs.serving.engines import through_swift, transformers
from common.swift.programs.serving.errors import ApiError
from common.swift.programs.serving.responses import parameters
from tests.openai_tables.rows import BEST_EFFORT, CHAT, COMPLETIONS, NO_EFFECT, Row

PAGE = Path(__file__).parents[2] / "docs" / "gateway.md"
BEGIN, END = "<!-- {}: written by python -m tests.openai_tables -->\n\n", "<!-- end -->"
TITLES = {"transformers": "transformers", "vllm": "vLLM", "sglang": "SGLang", "lmdeploy": "LMDeploy"}
HONOURS = {"transformers": transformers.HONOURS, **through_swift.HONOURS}
REFUSED = "**refused**"
WORDS = {"refused": REFUSED, "label": NO_EFFECT, "limited": NO_EFFECT}
UNSUPPORTED = {"unsupported_parameter", "unsupported_value"}

Reader = Callable[[Mapping[str, Any], Any, str, str], Any]


@dataclass(frozen=True, slots=True)
class Stub:
    """An engine that generates nothing, for a model that sees and hears."""

    honours: frozenset[str]
    task: str = "causal_lm"
    sees: frozenset[str] = frozenset({"image", "video", "audio"})


def tables() -> dict[str, str]:
    """By name: those of docs/gateway.md."""
    question = {"messages": [{"role": "user", "content": "hello"}]}
    return {
        "chat completions": _by_back_end(CHAT, chat.read_chat, question) + "\n" + _refused(chat.REFUSED),
        "text completions": _by_back_end(COMPLETIONS, completions.read_completions, {"prompt": "hello"})
        + "\n"
        + _refused(completions.REFUSED),
        "responses": _told(parameters.FIELDS),
    }


def written(page: str) -> str:
    """The page with each table as it is true now."""
    for name, table in tables().items():
        before, begin, rest = page.partition(BEGIN.format(name))
        if not begin:
            raise ValueError(f"the page has no place for {name}")
        page = before + begin + table + "\n" + END + rest.partition(END)[2]
    return page


def _by_back_end(rows: Sequence[Row], read: Reader, right: Mapping[str, Any]) -> str:
    lines = [f"| field | {' | '.join(TITLES[name] for name in HONOURS)} | |", f"|---|{'---|' * len(HONOURS)}---|"]
    for row in rows:
        told = [_outcome(row, read, {"model": "m", **right, **row.sent}, name) for name in HONOURS]
        lines.append(f"| {row.name} | {' | '.join(told)} | {row.note} |")
    return "\n".join(lines) + "\n"


def _outcome(row: Row, read: Reader, body: Mapping[str, Any], back_end: str) -> str:
    try:
        read(body, Stub(HONOURS[back_end]), back_end, "")
    except ApiError as error:
        if error.code not in UNSUPPORTED:
            raise
        return REFUSED
    return BEST_EFFORT if row.needs and row.needs not in HONOURS[back_end] else row.taken


def _told(fields: Mapping[str, tuple[str, str]]) -> str:
    """What a table of the code says; fields that mean the same share a row."""
    names: dict[tuple[str, str], list[str]] = {}
    for name, (becomes, how) in fields.items():
        names.setdefault((becomes, how), []).append(name)
    lines = ["| field | | |", "|---|---|---|"]
    lines += [
        f"| {', '.join(f'`{name}`' for name in sorted(same))} | {WORDS.get(becomes, becomes)} | {_how(becomes, how)} |"
        for (becomes, how), same in names.items()
    ]
    return "\n".join(lines) + "\n"


def _how(becomes: str, how: str) -> str:
    if becomes == "limited":
        return f"{how.lower()} only"  # a value as JSON has it
    return f"as {how}" if becomes == "translated" else _as_code(how)


def _refused(reasons: Mapping[str, str]) -> str:
    lines = ["| refused by all | as it |", "|---|---|"]
    lines += [f"| `{name}` | {_as_code(why)} |" for name, why in sorted(reasons.items())]
    return "\n".join(lines) + "\n"


def _as_code(text: str) -> str:
    """Names stand in quotes in a message."""
    return re.sub(r"'([a-z_.]+)'", r"`\1`", text)
