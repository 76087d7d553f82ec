"""The fast look at a record passes what is read, and nothing else; whatever a column has, it is read or refused."""

import itertools
from collections.abc import Iterator

import pytest

from common.swift.data.shapes import Shapes, Unfit, goal_of
from common.swift.inputs import renamed_columns
from tests.shapes.case import Case, Row, turns
from tests.shapes.cases import CASES
from tests.shapes.hints import HINTS

ANYTHING = (
    None,
    "",
    "text",
    "[",
    "{",
    '[{"role": "user", "content": "a"}]',
    "[1, 2]",
    '[{"a": 1}]',
    "\n\nHuman: a\n\nAssistant: b",
    "\n\n",
    5,
    0.5,
    True,
    [],
    [None],
    ["a"],
    [""],
    [[]],
    [{}],
    [[{}]],
    {},
    {"text": "a"},
    {"messages": None},
    {"messages": [{}]},
    turns(("user", "hi")),
    turns(("assistant", "good")),
    turns(("assistant", "")),
    turns(("assistant", None)),
    turns(("system", "a"), ("assistant", "good")),
    turns(("user", None), ("assistant", "good")),
    turns((None, "a")),
    [turns(("assistant", "good"))],
    turns(("user", 5), ("assistant", 6)),
    turns(("user", []), ("assistant", [{}])),
    turns(("tool", "a")),
    turns(("tool_call", 5)),
    turns(("tool_call", "{}")),
    [{"role": [], "content": {}}],
    [{"role": "assistant", "content": None, "tool_calls": {}}],
    [{"role": "assistant", "content": "a", "tool_calls": 5}],
    [{"role": "assistant", "tool_calls": [{"function": 5}]}],
    [{"from": "human"}],
    [{"human": "a"}],
    [{"human": None}],
    [{"input": "a", "output": 5}],
    [{"input": "a", "output": "b"}],
    ["a", "b"],
    [["a", "b"], ["c", 5]],
    {"full_text": "a"},
    "USER: a\n\n\nASSISTANT: b",
    "\n\nHuman: a\n\nAssistant:",
    {"role": "Assistant", "text": "a"},
    turns(("system", None)),
)
ALL = [*CASES, *(Case(hint.says, hint.method, [hint.record], [], hint.extra) for hint in HINTS)]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.method}: {case.name}") for case in ALL])
def test_a_record_is_refused_exactly_where_it_is_not_read(case: Case) -> None:
    shapes = Shapes(goal_of(case.method, case.extra), renamed_columns(case.extra))

    for record in itertools.chain.from_iterable(map(_changed, case.records)):
        assert shapes.fault(record) == _refusal(shapes, record), record


def _changed(record: Row) -> Iterator[Row]:
    yield record
    for name, value in itertools.product(record, ANYTHING):
        yield record | {name: value}


def _refusal(shapes: Shapes, record: Row) -> str:
    try:
        shapes.read(record)
    except Unfit as unfit:
        return str(unfit)
    return ""
