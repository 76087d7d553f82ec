"""What a row of training data is for: that decides which columns it needs."""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A record of theirs has two answers, the better and the worse one; both go through the model.
PAIR_METHODS = frozenset({"dpo", "orpo", "simpo", "cpo", "rm"})
# The model writes the answers itself; those of the data, if any, are for rewards or for a teacher.
PROMPT_METHODS = frozenset({"grpo", "gkd"})
REPLY_TASKS = frozenset({"", "causal_lm"})
# Of a job's extra_args, those that have a say in this.
OPTIONS = (
    "task_type", "loss_type", "num_labels", "problem_type", "teacher_model", "teacher_model_server", "reward_funcs",
    "columns",
)  # fmt: skip
# Rewards that compare what was written with a column `solution` (ms-swift's rewards/orm.py).
COMPARING = ("accuracy", "cosine", "toolbench")


class Aim(enum.Enum):
    """What is learned from a row."""

    REPLY = "reply"
    PAIR = "pair"
    RATED = "rated"
    PROMPT = "prompt"
    RANK = "rank"
    VECTOR = "vector"
    CLASS = "class"
    ANYTHING = "anything"


# What a record has of each, as names that columns can be given.
NEEDS = {
    Aim.REPLY: ("query", "response"),
    Aim.PAIR: ("query", "chosen", "rejected"),
    Aim.RATED: ("query", "response", "label"),
    Aim.PROMPT: ("query",),
    Aim.RANK: ("query", "positive", "negative"),
    Aim.VECTOR: ("query", "positive"),
    Aim.CLASS: ("query", "label"),
    Aim.ANYTHING: ("response",),
}
TASKS = {"reranker": Aim.RANK, "generative_reranker": Aim.RANK, "embedding": Aim.VECTOR, "seq_cls": Aim.CLASS}


@dataclass(frozen=True, slots=True)
class Goal:
    """`name` is the method's, or the task's where that decides. `classes` is 0 where their number is not known;
    `needs_teacher` asks each row for what a teacher is to know, a reward that is `compared` for the solution.
    `has_said` is whether the option `columns` says which column is the answer.
    """

    name: str
    aim: Aim
    loss: str = ""
    classes: int = 0
    numbered: bool = True
    needs_teacher: bool = False
    compared: str = ""
    has_said: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        return NEEDS[self.aim]


def goal_of(method: str, extra_args: Mapping[str, Any]) -> Goal:
    """The goal of a training with these options."""
    task = str(extra_args.get("task_type") or "")
    if not task and method == "sft" and extra_args.get("num_labels") not in (None, ""):
        task = "seq_cls"  # as ms-swift takes it
    aim = _aim(method, task)
    return Goal(
        task if aim in TASKS.values() else method,
        aim,
        loss=str(extra_args.get("loss_type") or ""),
        classes=_number(extra_args.get("num_labels")),
        numbered=str(extra_args.get("problem_type") or "single_label_classification") == "single_label_classification",
        needs_teacher=method == "gkd"
        and not (extra_args.get("teacher_model") or extra_args.get("teacher_model_server")),
        compared=_compared(extra_args.get("reward_funcs")) if method == "grpo" else "",
        has_said='response"' in _written(extra_args.get("columns")),
    )


def goal_options(extra_args: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a job's options that `goal_of` looks at."""
    return {name: extra_args[name] for name in OPTIONS if name in extra_args}


def _aim(method: str, task: str) -> Aim:
    if method in PAIR_METHODS:
        return Aim.PAIR
    if method == "kto":
        return Aim.RATED
    if method in PROMPT_METHODS:
        return Aim.PROMPT
    if method != "sft":
        return Aim.ANYTHING
    return Aim.REPLY if task in REPLY_TASKS else TASKS.get(task, Aim.ANYTHING)


def _compared(rewards: object) -> str:
    """The first of the rewards that needs a solution."""
    names = rewards if isinstance(rewards, list | tuple) else str(rewards or "").replace(",", " ").split()
    return next((name for name in COMPARING if name in names), "")


def _written(columns: object) -> str:
    """The option as JSON, in which it may be given, too."""
    return columns if isinstance(columns, str) else json.dumps(columns)


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isdecimal() else 0
