"""Records with a question and what fits it or not: for models that rank documents, and for those that give vectors."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..conversations.texts import parsed, text_of
from ..conversations.turns import OWN, Turn, is_messages, turns_of
from ..goals import Aim, Goal
from ..parts.columns import LISTS, SYSTEMS, Columns, Record
from ..plans import DOUBTFUL, Plan, Test, beside, have_texts, in_doubt
from ..unfit import Empty, Unfit, listed, shown

ASKING = ("query", "anchor", "question", "sentence1", "text1", "premise", "prompt", "instruction", "input")
FITTING = (
    "positive_messages", "positive", "positives", "pos", "positive_passages", "positive_ctxs", "response",
    "document", "passage", "answer", "output", "sentence2", "text2", "hypothesis",
)  # fmt: skip
OTHER = (
    "negative_messages", "negative", "negatives", "neg", "negative_passages", "hard_negative_ctxs",
    "negative_ctxs", "hard_negatives", "hard_negative", "rejected_response", "rejected",
)  # fmt: skip
SCORES = ("label", "score", "similarity_score", "similarity")
# In it a whole number may be that of a class.
CLASSES = "label"
NUMBERED = tuple(f"negative_{number}" for number in range(1, 33))
# A vector stands for what was asked, a rank for an answer to it: so ms-swift's own examples have it.
ROLE = {Aim.VECTOR: "user", Aim.RANK: "assistant"}
# Of cosines; others take 0 or 1.
LOWEST = {"cosine_similarity": -1.0}
# These take two texts and how near they are; a third one would be taken for one of another pair.
OF_PAIRS = frozenset({"cosine_similarity", "contrastive", "online_contrastive"})


def tells_apart(names: Iterable[str]) -> bool:
    """Whether records with these columns, in lower case, tell what does not fit, too."""
    return not {*OTHER, *NUMBERED}.isdisjoint(names)


def plan_of(columns: Columns, record: Record, goal: Goal) -> Plan:
    """How such records are read. Raises Unfit when the question, or what it is to be near or far of, is missing."""
    asking = columns.first(LISTS) or columns.first(ASKING)
    fitting, others = columns.first(FITTING), columns.own((*OTHER, *NUMBERED))
    others = others if set(others) <= set(columns.own(NUMBERED)) else others[:1]
    score = columns.first(SCORES[:1] if others else SCORES) if goal.aim is Aim.VECTOR else ""
    _check_columns(columns, goal, asking, fitting, others)
    _check_no_classes(columns, record, score)
    is_pair = goal.loss in OF_PAIRS and goal.aim is Aim.VECTOR
    if is_pair and not score:
        raise _no_pair(goal.loss, others) if others else _no_score(goal.loss)
    system = columns.own(SYSTEMS)[:1]
    spare = columns.own((*FITTING, *OTHER, *NUMBERED, *SCORES))
    used = (*system, asking, *((fitting,) if fitting else ()), *others, *((score,) if score else ()))

    def read(record: Record) -> dict[str, Any]:
        turns, near = _asked(record[asking], asking)
        if system and record[system[0]] and turns[0]["role"] != "system":
            turns = [{"role": "system", "content": text_of(record[system[0]], system[0])}, *turns]
        positive = _texts(record[fitting], fitting, ROLE[goal.aim]) if fitting else [near] if near else []
        negative = [turns for name in others for turns in _texts(record[name], name, ROLE[goal.aim])]
        _check_found(goal, positive, negative, fitting or asking, others)
        if is_pair and negative:
            raise _no_pair(goal.loss, others)
        scored = {"label": _score(record[score], score, goal)} if score else {}
        rest = beside(record, (*used, *spare))
        return rest | {"messages": turns, "positive_messages": positive, "negative_messages": negative} | scored

    plain = _plain_test(asking, (fitting, *others)) if fitting and not score and not system else in_doubt
    return Plan(read, used, plain, _says(asking, fitting, others, score))


def _plain_test(asking: str, documents: tuple[str, ...]) -> Test:
    asks = have_texts((asking,))
    return lambda record: asks(record) and all(_are_texts(record[name]) for name in documents)


def _are_texts(value: object) -> bool:
    if type(value) is list:
        return bool(value) and all(type(item) is str and item != "" for item in value)
    return type(value) is str and value != "" and value[0] not in DOUBTFUL


def _check_columns(columns: Columns, goal: Goal, asking: str, fitting: str, others: tuple[str, ...]) -> None:
    if not asking:
        raise Unfit(f"{goal.name} needs a column query (or anchor, sentence1) with the text to compare others with")
    if not fitting and not (columns.first(LISTS) and others):
        raise Unfit(f"{goal.name} needs a column positive (or response, sentence2) with the text that fits {asking}")
    if goal.aim is Aim.RANK and not others:
        raise Unfit(
            "a reranker learns from documents that fit and documents that do not, in one record: columns query, "
            'positive and negative, as in {"query": "q", "positive": ["d1"], "negative": ["d2"]}'
        )


def _check_no_classes(columns: Columns, record: Record, score: str) -> None:
    """Of premise and hypothesis a whole number is a class: 0 says that one follows from the other."""
    if not score or score != columns.names.get("label") or not {"premise", "hypothesis"} & columns.names.keys():
        return
    value = parsed(record[score]) if isinstance(record[score], str) else record[score]
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        raise Unfit(_are_classes(score, record[score]))


def _are_classes(column: str, value: object) -> str:
    return (
        f"column {column} is {shown(value)}, a class and no score: where the classes are entailment, neutral and "
        "contradiction, write what follows from a text into a column positive, what contradicts it into negative, and "
        "send extra_args.loss_type infonce"
    )


def _no_pair(loss: str, others: tuple[str, ...]) -> Unfit:
    return Unfit(
        f"loss_type {loss} compares two texts, and column {others[0]} is a third: send extra_args.loss_type infonce"
    )


def _no_score(loss: str) -> Unfit:
    return Unfit(
        f"loss_type {loss} learns how near two texts are: give a column label or score that tells it, or send "
        "extra_args.loss_type infonce, which takes pairs that fit"
    )


def _check_found(
    goal: Goal, positive: list[list[Turn]], negative: list[list[Turn]], fitting: str, others: tuple[str, ...]
) -> None:
    if not positive:
        raise Empty(f"column {fitting} is empty; there is nothing that fits")
    if goal.aim is Aim.RANK and not negative:
        raise Empty(f"column {others[0]} is empty; a reranker needs documents that do not fit, too")


def _asked(value: object, column: str) -> tuple[list[Turn], list[Turn]]:
    """The question, and the answer behind it where it is a conversation that has one."""
    if not is_messages(value):
        text = text_of(value, column)
        if not text:
            raise Empty(f"column {column} is empty; there is nothing to compare")
        return [{"role": "user", "content": text}], []
    turns = turns_of(value, column)
    if turns and turns[-1]["role"] in OWN and len(turns) > 1:
        return turns[:-1], turns[-1:]
    if not turns:
        raise Empty(f"column {column} is empty; there is nothing to compare")
    return turns, []


def _texts(value: object, column: str, role: str) -> list[list[Turn]]:
    """Each text as a conversation of its own; `value` is one, or a list of them."""
    if isinstance(value, str) and value.startswith(("[{", '["', "['", "[[")) and isinstance(parsed(value), list):
        value = parsed(value)
    values: list[Any] = value if isinstance(value, list) else [value]
    if is_messages(values) and "role" in values[0]:
        values = [values]
    return [turns for item in values if (turns := _one(item, column, role))]


def _one(value: object, column: str, role: str) -> list[Turn]:
    if isinstance(value, Mapping) and isinstance(value.get("text"), str):  # a passage with an id and a title
        value = "\n".join(text for text in (value.get("title"), value["text"]) if text)
    if isinstance(value, list):
        return turns_of(value, column)
    text = text_of(value, column) if value is not None else ""
    return [{"role": role, "content": text}] if text else []


def _score(value: object, column: str, goal: Goal) -> float:
    if isinstance(value, str):
        value = parsed(value)
    if not isinstance(value, (bool, int, float)):
        raise Unfit(f"column {column} is {shown(value)}; it has to be a number that tells how near the two texts are")
    lowest = LOWEST.get(goal.loss or "cosine_similarity", 0.0)
    if goal.loss == "infonce" and value != 1:
        raise Unfit(
            f"column {column} is {shown(value)}, and infonce takes pairs that fit, without scores: send "
            "extra_args.loss_type cosine_similarity, and scores from -1 to 1"
        )
    if goal.loss == "online_contrastive" and value not in {0, 1}:
        raise Unfit(
            f"column {column} is {shown(value)}, and online_contrastive takes 0 or 1: send extra_args.loss_type "
            "cosine_similarity, and scores from -1 to 1"
        )
    if column.lower() == CLASSES and isinstance(value, int) and value > 1:
        raise Unfit(_are_classes(column, value))
    if not lowest <= value <= 1:
        raise Unfit(
            f"column {column} is {shown(value)}; scores go from {lowest:g} to 1: divide them by the highest "
            "of their scale"
        )
    return float(value)


def _says(asking: str, fitting: str, others: tuple[str, ...], score: str) -> str:
    near = fitting or asking
    if others:
        return (
            f"{near} fits {asking}, {listed(others)} does not"
            if fitting
            else f"{asking} ends with what fits, {listed(others)} does not"
        )
    return f"{near} fits {asking}, {score} tells how well" if score else f"{near} fits {asking}"
