"""What an answer begins with before the model writes a word of it: the end of the prompt, which is the chat template's
or a message of the assistant's that is gone on from (a prefill).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..overlap import half_mark
from ..thoughts import BEGIN, END

_TAIL_TOKENS = 64
_COMPARED = 32  # characters
_OPEN_AT_THE_END = re.compile(rf"{BEGIN}\s*\Z")


@dataclass(frozen=True, slots=True)
class Begun:
    """`is_thinking`: a thought is open. `text`: what there is of the answer. `told`: what is told in front of what the
    model writes; of a prefill nothing but that its thought is open (and half a mark of its end), as its client has it.
    """

    is_thinking: bool = False
    text: str = ""
    told: str = ""


NOTHING = Begun()


def begun_answer(template: Any, inputs: Any, tokens: Sequence[int] | None, decode: Callable[[list[int]], str]) -> Begun:
    """`inputs` are the template's after it encoded one conversation to these tokens (None: to embeddings)."""
    prefill, prefix = _prefill(inputs), response_prefix(template, inputs)
    written = prefix if prefill is None else prefill
    if tokens is not None:
        tail = decode([token for token in tokens[-_TAIL_TOKENS:] if token >= 0])
        if not written.strip() or not _ends_with(tail, written):  # a template of Jinja's may end with something else
            found = _OPEN_AT_THE_END.search(tail)
            prefill, written = None, found[0] if found else ""
    is_thinking, text = _read(written)
    if is_thinking:
        return Begun(is_thinking, text, BEGIN + _half_mark(written))
    return Begun(is_thinking, text, "" if prefill is not None else text)


def response_prefix(template: Any, inputs: Any) -> str:
    """What the chat template begins an answer with where there is none yet."""
    prefix = getattr(template, "_get_response_prefix", None)
    return "" if prefix is None else prefix(inputs) or ""


class Opening:
    """Tells an answer's beginning of an engine of ms-swift's, which puts the template's prefix in front of all answers,
    those as well that go on from a prefill.
    """

    def __init__(self) -> None:
        self._swap: tuple[str, str] | None = None

    def learn(self, prefix: str, begun: Begun) -> None:
        """Of the prompt, when it is encoded."""
        self._swap = prefix, begun.told

    def told(self, text: str) -> str:
        """`text` is the next of the answer."""
        if self._swap is None or not text:
            return text
        (prefix, told), self._swap = self._swap, None
        return told + text.removeprefix(prefix) if text.startswith(prefix) else text


def _prefill(inputs: Any) -> str | None:
    """As the template made it: some put an empty thought in front of it."""
    messages = getattr(inputs, "messages", None)
    if not messages or messages[-1]["role"] != "assistant" or messages[-1]["content"] is None:
        return None
    content = messages[-1]["content"]
    parts = content if isinstance(content, list) else [content]
    return "".join(part for part in parts if isinstance(part, str))


def _read(written: str) -> tuple[bool, str]:
    """Whether a thought is open, and what stands behind it."""
    begun = written.lstrip()
    if begun.startswith(BEGIN):
        _, end, rest = begun.partition(END)
        return not end, rest.lstrip()
    if begun.startswith(END):
        return False, begun.removeprefix(END).lstrip()
    return False, written


def _half_mark(written: str) -> str:
    """Of the end of the thought, where what is written breaks off within it: the model writes the other half."""
    return END[: half_mark(written, END)]


def _ends_with(tail: str, written: str) -> bool:
    """Some templates take space away."""
    return "".join(tail.split()).endswith("".join(written.split())[-_COMPARED:])
