"""Records with a better and a worse answer to the same prompt, in the forms in which they are published."""

from collections.abc import Mapping
from typing import Any

from ..conversations.texts import has_text
from ..conversations.turns import OWN, Turn, are_plain, end_with_answer, has_answer
from ..parts.answers import answer_column, answer_turns
from ..parts.choices import Choice, choice_of, no_pair
from ..parts.columns import LISTS, MEDIA, Columns, Record
from ..parts.flat import unknown_texts
from ..parts.prompts import Prompt, joined_to, prompt_of
from ..plans import DOUBTFUL, Plan, Test, beside, have_texts, in_doubt
from ..unfit import Same, Unfit, listed

BETTER = (
    "chosen", "chosen_response", "preferred_output", "chosen_messages", "accepted", "win", "response_j",
    "response_chosen", "preferred", "better_response")  # fmt: skip
WORSE = (
    "rejected", "rejected_response", "non_preferred_output", "rejected_messages", "lose", "response_k",
    "response_rejected", "dispreferred", "worse_response")  # fmt: skip
# The worse answer as ms-swift names it; it then looks for the better one where sft has the answer.
NATIVE_WORSE = ("rejected_response", "rejected_messages")
# The second answer needs these as well; ms-swift gives it only its own.
SHARED = (*MEDIA, "chat_template_kwargs")


def plan_of(columns: Columns, record: Record, method: str) -> Plan:
    """How such records are read. Raises Unfit when an answer is missing."""
    worse = columns.first(NATIVE_WORSE) or columns.first(WORSE)
    if not worse and (choice := choice_of(columns, record)):
        return _choice_plan(columns, choice)
    if not worse:
        raise Unfit(_no_worse(columns, record, method))
    better = _better(columns)
    if not better:
        raise Unfit(
            f"{method} compares two answers and needs a column chosen with the better one{_null(columns, BETTER)}"
        )
    return _plan(columns, prompt_of(columns), better, worse)


def _better(columns: Columns) -> str:
    found = columns.first(BETTER)
    if found and not columns.first(NATIVE_WORSE):
        return found
    return columns.first(LISTS) or answer_column(columns) or found


def _plan(columns: Columns, prompt: Prompt, better: str, worse: str) -> Plan:
    used = tuple(dict.fromkeys((*prompt.history, *prompt.system, *prompt.used, better, worse)))

    def read(record: Record) -> dict[str, Any]:
        before = prompt.read(record)
        good = before if better in prompt.used else joined_to(before, answer_turns(record[better], better))
        bad = joined_to(before, answer_turns(record[worse], worse))
        _check_pair(good, bad, better, worse)
        rest = beside(record, used) | _within(record, prompt)
        return rest | {"messages": good, "rejected_messages": bad} | _for_both(rest)

    plain, says = _plain_test(columns, prompt, better, worse), _says(columns, prompt, better, worse)
    return Plan(read, used, plain, says, by_outline=True, pair=(better, worse))


def _choice_plan(columns: Columns, choice: Choice) -> Plan:
    """Of two answers whose better one another column tells."""
    if "history" in columns and not prompt_of(columns).used:  # SHP has all that was said before there
        columns = Columns({"query" if name == "history" else name: own for name, own in columns.names.items()})
    prompt = prompt_of(columns)
    asked = (*prompt.history, *prompt.system, *prompt.used)
    used = (*asked, choice.first, choice.second, *choice.by)

    def read(record: Record) -> dict[str, Any]:
        better, worse = choice.ordered(record)
        before = prompt.read(record)
        good, bad = (joined_to(before, answer_turns(record[name], name)) for name in (better, worse))
        _check_pair(good, bad, better, worse)
        rest = beside(record, used) | _within(record, prompt)
        return rest | {"messages": good, "rejected_messages": bad} | _for_both(rest)

    told = f"{listed(choice.by)} tells which of {choice.first} and {choice.second} is the better answer"
    return Plan(read, used, says=f"{told}; the prompt is made of {listed(asked)}" if asked else told)


def _within(record: Record, prompt: Prompt) -> dict[str, Any]:
    """The tools that OpenAI's form has beside the messages in `input`."""
    value = record[prompt.used[0]] if prompt.used else None
    tools = value.get("tools") if isinstance(value, Mapping) else None
    return {"tools": tools} if tools else {}


def _for_both(rest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"rejected_{name}": rest[name]
        for name in SHARED
        if rest.get(name) is not None and rest.get(f"rejected_{name}") is None
    }


def _check_pair(good: list[Turn], bad: list[Turn], better: str, worse: str) -> None:
    if not has_answer(good[-1:]) or good[-1]["role"] not in OWN:
        raise Unfit(f"column {better} does not end with a turn of the assistant, so there is no answer to learn")
    asked = [next((turn["content"] for turn in turns if turn["role"] == "user"), None) for turns in (good, bad)]
    if None in asked:
        raise Unfit(
            "there is no prompt that both answers are to: it belongs into a column prompt, or as messages into both "
            f"{better} and {worse}"
        )
    if asked[0] != asked[1]:
        raise Unfit(f"columns {better} and {worse} begin with different questions; both have to answer the same one")
    if good == bad:
        raise Same(f"column {worse} is the same as the better answer; there is nothing to compare")


def _plain_test(columns: Columns, prompt: Prompt, better: str, worse: str) -> Test:
    """Two different texts to one prompt, two conversations that differ at their end, or one and the worse end of it."""
    if prompt.history or (columns.first(LISTS) and better not in prompt.used):
        return in_doubt
    if better in prompt.used:
        systems = have_texts((), prompt.system)
        return lambda record: systems(record) and _ends_otherwise(record[better], record[worse])
    texts = have_texts((*prompt.used[:1], better, worse), (*prompt.system, *prompt.used[1:]))
    prompts = have_texts((), (*prompt.system, *prompt.used))

    def test(record: Record) -> bool:
        good, bad = record[better], record[worse]
        if type(good) is list:
            return type(bad) is list and prompts(record) and _are_twins(good, bad)
        return bool(prompt.used) and texts(record) and good != bad

    return test


def _are_twins(good: list[Turn], bad: list[Turn]) -> bool:
    return (
        are_plain(good)
        and are_plain(bad)
        and end_with_answer(good)
        and end_with_answer(bad)
        and good[:-1] == bad[:-1]
        and good[-1] != bad[-1]
    )


def _ends_otherwise(good: object, bad: object) -> bool:
    return (
        type(good) is list
        and type(bad) is str
        and has_text(bad)
        and bad[0] not in DOUBTFUL
        and are_plain(good)
        and end_with_answer(good)
        and good[-1].get("content") != bad
    )


def _says(columns: Columns, prompt: Prompt, better: str, worse: str) -> str:
    if better in prompt.used and columns.names.get("rejected_response") == worse:
        return ""
    source = listed(name for name in (*prompt.history, *prompt.system, *prompt.used) if name != better)
    if source:
        return f"{better} is the better answer, {worse} the worse one; the prompt is made of {source}"
    return f"{better} is the better answer, {worse} the worse one; both have the prompt in them"


def _no_worse(columns: Columns, record: Record, method: str) -> str:
    unknown = unknown_texts(columns, record)
    if len(unknown) == 1:
        return (
            f"{method} compares two answers, and no column is the worse one; if column {unknown[0]} has it, send "
            f'extra_args.columns {{"{unknown[0]}": "rejected"}}'
        )
    if why := no_pair(columns, record, unknown):
        return why
    if len(unknown) == 2:
        return (
            f"{method} compares two answers, and no column is the worse one; if columns {unknown[0]} and {unknown[1]} "
            f'have both, send extra_args.columns {{"{unknown[0]}": "chosen", "{unknown[1]}": "rejected"}}'
        )
    return (
        f"{method} compares two answers and needs a column rejected_response or rejected_messages with the worse one"
        f"{_null(columns, WORSE)}"
    )


def _null(columns: Columns, names: tuple[str, ...]) -> str:
    column = columns.first_null(names)
    return f"; its column {column} is null" if column else ""
