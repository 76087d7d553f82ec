"""The shape of training data: what each record is read as, for the method that is to learn from it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .aims import classes, pairs, ranks, ratings, replies
from .conversations.texts import text_of
from .conversations.turns import is_messages, turns_of
from .goals import Aim, Goal
from .parts.answers import are_answers
from .parts.columns import (
    ANSWERS,
    BESIDE,
    FURTHER_ANSWERS,
    FURTHER_QUESTIONS,
    LISTS,
    OTHER_LISTS,
    QUESTIONS,
    WEAK_ANSWERS,
    Columns,
    Record,
    columns_of,
    the_one,
)
from .parts.flat import unknown_texts
from .parts.prompts import prompt_of
from .parts.sides import SIDE_BY_SIDE
from .plans import Plan, beside
from .unfit import Unfit, listed

# So many sets of columns are remembered; data with more of them are read more slowly.
REMEMBERED = 1000
SHOWN_COLUMNS = 8
# By its columns: what is null, or an empty text, may be something else in the next record.
Kind = tuple[str | tuple[str] | None, ...]
SOLUTION = "solution"
# Where data have it under another name.
SOLUTIONS = ("ground_truth", "gt", "final_answer", "answer", "target", "label", "response", "output")


class Shapes:
    """Reads the records of one data set; the columns of each are looked at once per set of them."""

    def __init__(self, goal: Goal, renamed: Mapping[str, str] | None = None) -> None:
        self._goal = goal
        self._renamed = {old.lower(): new for old, new in (renamed or {}).items()}
        self._plans: dict[Kind, Plan | Unfit] = {}

    def fault(self, record: Record) -> str:
        """The sentence on what is wrong with a record; nothing where it can be learned from."""
        return str(self.unfit(record) or "")

    def unfit(self, record: Record) -> Unfit | None:
        """What is wrong with a record, with its cause; None where it can be learned from."""
        plan = self._found(record)
        if isinstance(plan, Unfit):
            return plan
        if plan.is_plain(record):
            return None
        try:
            plan.read(record)
        except Unfit as unfit:
            return unfit
        return None

    def read(self, record: Record) -> dict[str, Any]:
        """What ms-swift is to get of a record. Raises Unfit."""
        plan = self._found(record)
        if isinstance(plan, Unfit):
            raise type(plan)(*plan.args)
        return plan.read(record)

    def note(self, record: Record) -> str:
        """What records of this kind are taken for; nothing where ms-swift's own names say it."""
        plan = self._found(record)
        if not isinstance(plan, Plan) or not plan.says:
            return ""
        told = f"{self._goal.name} data: {plan.says}"
        if self._goal.aim is Aim.PROMPT:
            return told  # the rewards are given all the others
        unused = [name for name, value in record.items() if value is not None and name not in plan.used]
        unused = [name for name in unused if name.lower() not in BESIDE]
        return f"{told}; not used: {listed(unused[:SHOWN_COLUMNS])}" if unused else told

    def plan(self, record: Record) -> Plan | None:
        """How such records are read; None where they cannot be."""
        plan = self._found(record)
        return plan if isinstance(plan, Plan) else None

    def passed_over(self, record: Record) -> str:
        """The column that has more answers than the one that is learned; empty where none has."""
        plan = self._found(record)
        used = plan.used if isinstance(plan, Plan) and self._goal.aim in ONE_ANSWER else ()
        for name in used:
            value, known = record.get(name), self._renamed.get(name.lower(), name.lower())
            if known in ANSWERING and are_answers(value) and len(value) > 1:
                return name
        return ""

    def _found(self, record: Record) -> Plan | Unfit:
        kind: Kind = tuple([name if value else _state(name, value) for name, value in record.items()])
        plan = self._plans.get(kind)
        if plan is None:
            plan = self._find(record)
            if len(self._plans) < REMEMBERED:
                self._plans[kind] = plan
        return plan

    def _find(self, record: Record) -> Plan | Unfit:
        try:
            return plan_of(self._columns_of(record), record, self._goal)
        except Unfit as unfit:
            return unfit

    def _columns_of(self, record: Record) -> Columns:
        return columns_of(record, self._renamed, has_said=self._goal.has_said)


def _state(name: str, value: object) -> str | tuple[str] | None:
    return None if value is None else (name,) if value == "" else name


def plan_of(columns: Columns, record: Record, goal: Goal) -> Plan:
    """How records with these columns are read, `record` being the first of them. Raises Unfit."""
    plan = PLANS[goal.aim](columns, record, goal)
    if any(name.lower() in OTHER_LISTS for name in plan.used):  # what these texts say decides how they are read
        return replace(plan, by_outline=False)
    return plan


def _prompt_plan(columns: Columns, record: Record, goal: Goal) -> Plan:
    """Of GRPO and GKD: ms-swift reads all but a prompt that is a list of messages."""
    if goal.needs_teacher and "teacher_prompt" not in columns:
        raise Unfit(
            "gkd learns from a teacher: give extra_args.teacher_model, or a column teacher_prompt with what the model "
            "as its own teacher is to know"
        )
    if goal.compared:
        _check_solution(columns, goal.compared)
    asked = _asked(columns, record, goal)
    teacher = columns.own(("teacher_prompt",))
    if asked:
        says = f"the prompt is made of {asked}"
        return Plan(lambda record: _asking(record, asked), (asked, *teacher), says=says, by_outline=True)
    name = columns.names.get("prompt", "")
    lists = columns.own(LISTS)
    if lists or not name:
        return Plan(lambda record: _checked(record, lists), (*lists, *teacher), by_outline=True)

    def read(record: Record) -> dict[str, Any]:
        if not is_messages(record[name]):
            return dict(record)
        return beside(record, (name,)) | {"messages": prompt_of(columns).read(record)}

    return Plan(read, (name, *teacher), by_outline=True)


def _asked(columns: Columns, record: Record, goal: Goal) -> str:
    """The record's own name of a question that ms-swift does not know; empty where it knows one. Raises Unfit."""
    known = (*LISTS, *QUESTIONS, "history", *FROM_ELSEWHERE)
    if columns.own(known) or columns.first_null(known):
        return ""
    if asked := the_one(columns, FURTHER_QUESTIONS, "query", "question"):
        return asked
    texts = [*columns.filled(WEAK_ANSWERS), *unknown_texts(columns, record)]
    if texts:
        raise Unfit(
            f"{goal.name} needs a question in each row, and no column is one by its name; if column {texts[0]} has it, "
            f'send extra_args.columns {{"{texts[0]}": "query"}}'
        )
    raise Unfit(
        f"{goal.name} needs a question in each row, and there is none in the columns {listed(record)}: it belongs into "
        "a column query or prompt, or into messages"
    )


def _asking(record: Record, asked: str) -> dict[str, Any]:
    turns = [{"role": "user", "content": text_of(record[asked], asked)}]
    return beside(record, (asked,)) | {"messages": turns}


def _check_solution(columns: Columns, reward: str) -> None:
    """ms-swift hands a column of that very name to the reward, and renames others only when it is told to."""
    own = columns.names.get(SOLUTION, "")
    if own and (own == SOLUTION or own.lower() != SOLUTION):
        return
    if own:
        raise Unfit(f"the reward {reward} reads a column solution: call column {own} so, in small letters")
    likely = columns.first(SOLUTIONS)
    way_out = (
        f'if column {likely} has it, send extra_args.columns {{"{likely}": "solution"}}'
        if likely
        else ("give each row one")
    )
    raise Unfit(f"the reward {reward} compares what was written with a column solution, and there is none; {way_out}")


def _checked(record: Record, lists: tuple[str, ...]) -> dict[str, Any]:
    read = {name: turns_of(record[name], name) for name in lists}
    return beside(record, lists) | {"messages": read[lists[0]]} if lists else dict(record)


# Of environments that ask by themselves.
FROM_ELSEWHERE = ("env_config", "gym_env")
# What learns from one answer of each kind, and the columns that these are in.
ONE_ANSWER = frozenset({Aim.REPLY, Aim.PAIR, Aim.RATED})
ANSWERING = frozenset({*ANSWERS, *FURTHER_ANSWERS, *WEAK_ANSWERS, *pairs.BETTER, *pairs.WORSE})
# Columns whose texts are learned from, whatever the method.
TEXT_COLUMNS = frozenset(
    {
        *LISTS, *OTHER_LISTS, *QUESTIONS, *FURTHER_QUESTIONS, *ANSWERS, *FURTHER_ANSWERS, *WEAK_ANSWERS, *pairs.BETTER,
        *pairs.WORSE, *ranks.ASKING, *ranks.FITTING, *ranks.OTHER, *ranks.NUMBERED, *classes.TEXTS, *SIDE_BY_SIDE,
        "questions", "history",
    }
)  # fmt: skip
PLANS: Mapping[Aim, Callable[[Columns, Record, Goal], Plan]] = {
    Aim.REPLY: lambda columns, record, _goal: replies.plan_of(columns, record),
    Aim.PAIR: lambda columns, record, goal: pairs.plan_of(columns, record, goal.name),
    Aim.RATED: lambda columns, record, _goal: ratings.plan_of(columns, record),
    Aim.RANK: ranks.plan_of,
    Aim.VECTOR: ranks.plan_of,
    Aim.CLASS: classes.plan_of,
    Aim.PROMPT: _prompt_plan,
    Aim.ANYTHING: lambda _columns, _record, _goal: Plan(dict, (), is_plain=lambda _record: True, by_outline=True),
}
