"""Records with one answer that is learned: conversations, question and answer, prompt and completion."""

from typing import Any

from .answers import answer_column, answer_turns
from .columns import ANSWERS, BESIDE, LISTS, QUESTIONS, SYSTEMS, WEAK_ANSWERS, Columns, Record
from .plans import Plan, beside, have_messages, have_texts, in_doubt
from .prompts import Prompt, joined_to, prompt_of
from .turns import Turn, has_answer, is_messages, turns_of
from .unfit import Empty, Null, Unfit, listed

# Names that records of comparisons have for the better answer.
BETTER = ("chosen", "preferred_output")
# As ms-swift names them itself.
NATIVE = frozenset({"query", "response", "system", "history"})
# Texts that lie beside questions and answers everywhere.
NO_TEXTS = frozenset({"id", "source", "category", "dataset", "lang", "language", "context", "prompt_id", "uid"})


def plan_of(columns: Columns, record: Record) -> Plan:
    """How such records are read. Raises Unfit when they have no answer."""
    if name := columns.first(LISTS):
        return _conversation(columns, name)
    answer = answer_column(columns)
    if not answer:
        raise _no_answer(columns, record)
    return question_and_answer(columns, answer)


def question_and_answer(columns: Columns, answer: str) -> Plan:
    """An answer in a column of its own, after whatever is the prompt."""
    prompt = prompt_of(columns)
    used = (*prompt.history, *prompt.system, *prompt.used, answer)

    def read(record: Record) -> dict[str, Any]:
        turns = joined_to(prompt.read(record), answer_turns(record[answer], answer))
        return beside(record, used) | {"messages": turns}

    plain = in_doubt if prompt.history else have_texts((*prompt.used[:1], answer), (*prompt.system, *prompt.used[1:]))
    return Plan(read, used, plain, _says(prompt, answer), by_outline=True)


def _conversation(columns: Columns, name: str) -> Plan:
    prompt = prompt_of(columns)

    def read(record: Record) -> dict[str, Any]:
        turns = prompt.read(record)
        check_answered(turns, name)
        return beside(record, (name, *prompt.system)) | {"messages": turns}

    return Plan(read, (*prompt.system, name), have_messages(name, prompt.system), by_outline=True)


def check_answered(turns: list[Turn], column: str) -> None:
    """Raises Unfit when the model has no turn in it, or says nothing in any."""
    if has_answer(turns):
        return
    if any(turn["role"] == "assistant" for turn in turns):
        raise Empty(f"column {column} is empty where the assistant speaks; there is no answer to learn")
    raise Unfit(f"column {column} has no assistant turn, so there is no answer to learn")


def _says(prompt: Prompt, answer: str) -> str:
    used = (*prompt.history, *prompt.system, *prompt.used)
    if {*used, answer} <= NATIVE:
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
    if len(unknown := unknown_texts(columns, record)) == 1:
        return Unfit(
            f"there is no answer to learn; if column {unknown[0]} has it, send "
            f'extra_args.columns {{"{unknown[0]}": "response"}}'
        )
    return Unfit(
        f"there is no answer to learn in the columns {listed(record)}: it belongs into a column response, output, "
        "answer or completion, or into messages as a turn of the assistant"
    )


def unknown_texts(columns: Columns, record: Record) -> list[str]:
    """The columns of texts that have no meaning by their names."""
    known = {*LISTS, *SYSTEMS, *QUESTIONS, *ANSWERS, *WEAK_ANSWERS, *BESIDE, *NO_TEXTS}
    return [own for name, own in columns.names.items() if name not in known and isinstance(record[own], str)]


def _as_one(value: object) -> str:
    has_prompt = is_messages(value) and len(turns_of(value, "chosen")) > 1
    return "messages" if has_prompt else "response"
