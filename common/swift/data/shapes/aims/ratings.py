"""Records with one answer and whether it is wanted: KTO's."""

from typing import Any

from ..parts.columns import Columns, Record
from ..plans import Plan, Test
from ..unfit import Unfit, shown
from . import replies

LABELS = ("label", "kto_tag")
PAIRED = ("chosen", "rejected", "rejected_response")


def plan_of(columns: Columns, record: Record) -> Plan:
    """How such records are read. Raises Unfit when the label or the answer is missing."""
    label = columns.first(LABELS)
    if not label:
        raise Unfit(_no_label(columns))
    answered = replies.plan_of(columns, record)

    def read(record: Record) -> dict[str, Any]:
        _check_label(record[label], label)
        return answered.read(record) | {"label": bool(record[label])}

    plain = _rated(answered.is_plain, label)
    says = f"{answered.says or _ends(answered)}; {label} tells whether the answer is wanted"
    return Plan(read, (*answered.used, label), plain, says, by_outline=True)


def _ends(answered: Plan) -> str:
    return f"{answered.used[-1]} ends with the answer"


def _rated(is_plain: Test, label: str) -> Test:
    return lambda record: type(record[label]) is bool and is_plain(record)


def _check_label(value: object, column: str) -> None:
    if not isinstance(value, (bool, int, float)) or value not in (True, False):
        raise Unfit(f"column {column} is {shown(value)}; kto needs true or false, without quotes")


def _no_label(columns: Columns) -> str:
    if len(pair := columns.own(PAIRED)) > 1:
        return f"kto rates single answers; columns {pair[0]} and {pair[1]} are what method dpo compares"
    return "kto needs a column label: true for an answer that is wanted, false for one that is not"
