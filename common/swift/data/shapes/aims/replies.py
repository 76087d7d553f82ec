"""Records with one answer that is learned: conversations, question and answer, prompt and completion."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..conversations.turns import Turn, has_answer, is_messages, turns_of
from ..parts.answers import answer_turns
from ..parts.columns import ANSWERS, FURTHER_QUESTIONS, LISTS, QUESTIONS, WEAK_ANSWERS, Columns, Record
from ..parts.flat import as_columns, flat_of, unknown_texts
from ..parts.prompts import ALPACA, Prompt, joined_to, prompt_of
from ..plans import Plan, beside, have_messages, have_texts, in_doubt
from ..unfit import Empty, Null, Unfit, listed

# What the model thought before it wrote, as servers give it.
THOUGHTS = "reasoning_content"
# Names that records of comparisons have for the better answer.
BETTER = ("chosen", "preferred_output")
# As ms-swift names them itself.
NATIVE = frozenset({"query", "response", "system", "history"})


def plan_of(columns: Columns, record: Record) -> Plan:
    """How such records are read. Raises Unfit when they have no answer."""
    if name := columns.first(LISTS):
        return _conversation(columns, name, record)
    flat = flat_of(columns, record)
    answer = flat.answer or columns.first(WEAK_ANSWERS)
    if not answer:
        raise _no_answer(columns, record)
    watched = tuple(columns.names[name] for name in columns.blank)
    return replace(question_and_answer(columns, answer, flat.asked), watched=watched)


def question_and_answer(columns: Columns, answer: str, asked: str = "") -> Plan:
    """An answer in a column of its own, after whatever is the prompt."""
    prompt = prompt_of(columns, asked=asked)
    used = (*prompt.history, *prompt.system, *prompt.used, answer)

    def read(record: Record) -> dict[str, Any]:
        turns = joined_to(prompt.read(record), answer_turns(record[answer], answer))
        return beside(record, used) | {"messages": turns}

    plain = in_doubt if prompt.history else have_texts((*prompt.used[:1], answer), (*prompt.system, *prompt.used[1:]))
    return Plan(read, used, plain, _says(prompt, answer), by_outline=True)


def _conversation(columns: Columns, name: str, record: Record) -> Plan:
    prompt = prompt_of(columns)

    def read(record: Record) -> dict[str, Any]:
        turns = prompt.read(record)
        check_answered(turns, name)
        return beside(record, (name, *prompt.system)) | {"messages": turns}

    says = _thoughts(record[name], name)
    return Plan(read, (*prompt.system, name), have_messages(name, prompt.system), says, by_outline=True)


def _thoughts(value: object, column: str) -> str:
    """ms-swift gives the model content alone."""
    messages = value if isinstance(value, list) else []
    if not any(isinstance(message, Mapping) and message.get(THOUGHTS) for message in messages):
        return ""
    return (
        f"reasoning_content of the messages in {column} is not used; to learn it, write it at the beginning of "
        "content, as <think>…</think>"
    )


def check_answered(turns: list[Turn], column: str) -> None:
    """Raises Unfit when the model has no turn in it, or says nothing in any."""
    if has_answer(turns):
        return
    if any(turn["role"] == "assistant" for turn in turns):
        raise Empty(f"column {column} is empty where the assistant speaks; there is no answer to learn")
    raise Unfit(f"column {column} has no assistant turn, so there is no answer to learn")


def _says(prompt: Prompt, answer: str) -> str:
    used = (*prompt.history, *prompt.system, *prompt.used)
    if prompt.used and {*used, answer} <= NATIVE:
        return ""
    if not prompt.used:
        return f"{answer} is learned as it stands, as no column is a prompt"
    return f"the prompt is made of {listed(used)}, the answer is {answer}"


def _no_answer(columns: Columns, record: Record) -> Unfit:
    if null := columns.first_null((*LISTS, *ANSWERS, *WEAK_ANSWERS)):
        return Null(f"column {null} is null; there is no answer to learn")
    if better := columns.first(BETTER):
        return Unfit(
            f"sft learns one answer: method dpo compares column {better} with the worse one; to learn {better} alone, "
            f'send extra_args.columns {{"{better}": "{_as_one(record[better])}"}}'
        )
    if unknown := [name for name in unknown_texts(columns, record) if name not in columns.own(FURTHER_QUESTIONS)]:
        return Unfit(_if_unknown(columns, unknown))
    if len(asked := [name for name in columns.filled(QUESTIONS) if name not in columns.own(ALPACA)]) > 1:
        return Unfit(
            f"there is no answer to learn: columns {asked[0]} and {asked[1]} are both questions by their names; say "
            f"which one is what by extra_args.columns {as_columns(asked[1], asked[0])}, or the other way round"
        )
    return Unfit(
        f"there is no answer to learn in the columns {listed(record)}: it belongs into a column response, output, "
        "answer or completion, or into messages as a turn of the assistant"
    )


def _if_unknown(columns: Columns, unknown: list[str]) -> str:
    """On columns that could be the answer, or both."""
    if not columns.filled((*QUESTIONS, *FURTHER_QUESTIONS)):
        if len(unknown) == 1:
            return (
                f"no column is a question or an answer by its name; to learn {unknown[0]} as it stands, send "
                f'extra_args.columns {{"{unknown[0]}": "response"}}'
            )
        return (
            f"no column is a question or an answer by its name: {listed(unknown)}; say which one is what, as in "
            f"extra_args.columns {as_columns(*unknown[:2])}"
        )
    if len(unknown) == 1:
        return (
            f"there is no answer to learn; if column {unknown[0]} has it, send extra_args.columns "
            f'{{"{unknown[0]}": "response"}}'
        )
    return (
        f"there is no answer to learn; if one of the columns {listed(unknown)} has it, send extra_args.columns "
        f'{{"{unknown[0]}": "response"}}'
    )


def _as_one(value: object) -> str:
    has_prompt = is_messages(value) and len(turns_of(value, "chosen")) > 1
    return "messages" if has_prompt else "response"
