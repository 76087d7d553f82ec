"""Conversations that are written without roles: rounds with both sides in one object, texts that take turns, and whole
dialogues in one text.
"""

import re
from collections.abc import Mapping
from typing import Any

from ..unfit import Unfit

# How the two sides of a round are called where no role says it, as in Capybara, XTuner's form and COIG.
ASKS = frozenset({"input", "question", "query", "prompt"})
ANSWERS = frozenset({"output", "answer", "response"})
# A dialogue written into one text, as in HH-RLHF; and as in Glaive's function calls, which any text may look like.
DIALOGUE = re.compile(r"\n\n(Human|Assistant):[ ]?")
CHAT = re.compile(r"(?:^|\n+)(USER|ASSISTANT|FUNCTION RESPONSE):[ ]?")
SPEAKERS = {
    "Human": "user",
    "Assistant": "assistant",
    "USER": "user",
    "ASSISTANT": "assistant",
    "FUNCTION RESPONSE": "tool_response",
}
END = "<|endoftext|>"
SYSTEM = "SYSTEM: "
BOTH = 2


def dialogue(text: str) -> list[dict[str, Any]]:
    """The turns of a dialogue in one text; none where it is another text."""
    pattern = next((pattern for pattern in (DIALOGUE, CHAT) if pattern.match(text)), None)
    parts = pattern.split(text) if pattern else []
    return [
        {"role": SPEAKERS[who], "content": said.strip().removesuffix(END).strip()}
        for who, said in zip(parts[1::2], parts[2::2], strict=True)
    ]


def is_conversation(value: object) -> bool:
    """Whether it is one whatever its column is called: texts that take turns, messages with roles, a dialogue."""
    if isinstance(value, str):
        return len({turn["role"] for turn in dialogue(value)}) > 1
    turns = taking_turns(value) if isinstance(value, list) else []
    return len(turns) > 1 and all(isinstance(turn, Mapping) and bool({"role", "from"} & turn.keys()) for turn in turns)


def taking_turns(value: list[Any]) -> list[Any]:
    """Messages of texts that take turns, the first of them a question; the list itself where it is of another kind."""
    if len(value) > 1 and all(isinstance(text, str) for text in value):
        return [{"role": "assistant" if number % 2 else "user", "content": text} for number, text in enumerate(value)]
    if value and all(isinstance(pair, list) and len(pair) == BOTH for pair in value):
        texts = [text for pair in value for text in pair]
        return taking_turns(texts) if all(isinstance(text, str) for text in texts) else value
    return value


def both_sides(message: Mapping[str, Any], where: str) -> list[dict[str, Any]]:
    """The turns of a round whose sides are called as columns are; none where it is no round. Raises Unfit."""
    asks, answers = ([name for name in message if name in names] for names in (ASKS, ANSWERS))
    if len(asks) != 1 or len(answers) != 1:
        return []
    sides = (("system", "system"), ("user", asks[0]), ("assistant", answers[0]))
    said = [(role, name, message[name]) for role, name in sides if message.get(name) not in (None, "")]
    if bad := [name for _role, name, text in said if not isinstance(text, str)]:
        raise Unfit(f"{where}: {bad[0]} is no text")
    return [{"role": role, "content": text} for role, _name, text in said]
