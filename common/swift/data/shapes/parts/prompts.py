"""The prompt of a record: the turns before the answer, wherever the record has them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..conversations.rounds import SYSTEM
from ..conversations.texts import parsed, text_of
from ..conversations.turns import OWN, Turn, is_messages, turns_of
from ..unfit import Unfit, shown
from .columns import LISTS, QUESTIONS, SYSTEMS, Columns, Record, the_one

# Beside such a question a text of its own kind belongs to it (Alpaca, Dolly, SQuAD).
WITH_CONTEXT = {"instruction": ("input", "context"), "question": ("context",)}
# Where all of them are there, a prompt besides is a copy of the whole.
ALPACA = ("instruction", "input", "output")


@dataclass(frozen=True, slots=True)
class Prompt:
    """How to read the prompt of records with these columns; `used` is empty where there is none."""

    read: Callable[[Record], list[Turn]]
    used: tuple[str, ...]
    system: tuple[str, ...] = ()
    history: tuple[str, ...] = ()


def prompt_of(columns: Columns, questions: tuple[str, ...] = QUESTIONS, asked: str = "") -> Prompt:
    """`asked` is the record's own name of the question, where it is known. Raises Unfit when two could be it."""
    system, history = columns.own(SYSTEMS[:2])[:1], columns.own(("history",))
    lists = columns.own(LISTS)[:1]
    texts = lists or ((asked,) if asked else _question(columns, questions))

    def read(record: Record) -> list[Turn]:
        turns = _earlier(record[history[0]], history[0]) if history else []
        turns += turns_of(record[lists[0]], lists[0]) if lists else _last(record, texts)
        if system and record[system[0]] and not (turns and turns[0]["role"] == "system"):
            turns.insert(0, {"role": "system", "content": text_of(record[system[0]], system[0]).removeprefix(SYSTEM)})
        return turns

    return Prompt(read, texts, system, history)


def joined_to(prompt: list[Turn], answer: list[Turn]) -> list[Turn]:
    """The whole conversation: an answer that begins with the question has the prompt inside."""
    if not answer or answer[0]["role"] in OWN:
        return _unanswered(prompt) + answer
    if answer[0]["role"] != "system" and prompt and prompt[0]["role"] == "system":
        return [prompt[0], *answer]
    return answer


def _unanswered(prompt: list[Turn]) -> list[Turn]:
    """Without an answer at its end: some data keep the better one there, too."""
    end = len(prompt)
    while end and prompt[end - 1]["role"] in OWN | {"tool_response"}:
        end -= 1
    # Results of tools that wait for an answer belong to the question.
    return prompt if prompt and prompt[-1]["role"] == "tool_response" else prompt[:end]


def _question(columns: Columns, questions: tuple[str, ...]) -> tuple[str, ...]:
    if "query" not in columns and all(name in columns for name in ALPACA):
        return columns.own(ALPACA[:2])
    for main, contexts in WITH_CONTEXT.items():
        if main in columns and not columns.filled(name for name in questions if name not in {main, *contexts}):
            return columns.own((main, *contexts))[:2]
    # Where nothing else is the question, what goes before the answer is called so (hh_rlhf_cn, HelpSteer3).
    found = the_one(columns, questions, "query", "question") or columns.first(("context",))
    return (found,) if found else ()


def _last(record: Record, names: tuple[str, ...]) -> list[Turn]:
    if not names:
        return []
    value = record[names[0]]
    if isinstance(value, Mapping) and "messages" in value:  # OpenAI's form of preferences
        value = value["messages"]
    if isinstance(value, Mapping) and isinstance(value.get("full_text"), str):  # a question with where it is from
        value = value["full_text"]
        record = {**record, names[0]: value}
    if is_messages(value):
        return turns_of(value, names[0])
    texts = [text for name in names if (text := text_of(_only(record[name]), name))]
    return [{"role": "user", "content": "\n".join(texts)}] if texts else []


def _only(value: object) -> object:
    """What a list of one text holds."""
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], (str, list)):
        value = value[0]
    return value


def _earlier(value: object, column: str) -> list[Turn]:
    """Rounds of question and answer, or messages."""
    rounds = parsed(value) if isinstance(value, str) and value else value or []
    if is_messages(rounds):
        return turns_of(rounds, column)
    if not isinstance(rounds, list) or not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in rounds):
        raise Unfit(f"column {column}: {shown(value)} is no list of pairs of question and answer")
    return [
        {"role": role, "content": text_of(text, column)}
        for pair in rounds
        for role, text in zip(("user", "assistant"), pair, strict=True)
        if text is not None
    ]
