import sys
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from common.swift.programs.serving.ask import Constraint
from common.swift.programs.serving.engines.guided import Guide, RowMatcher
from common.swift.programs.serving.errors import ApiError

CALLS = Constraint("calls", functions=({"name": "f"},))


@dataclass
class Matcher:
    """As llguidance has it."""

    stopped: bool = False
    accepting: bool = False
    problem: str = ""

    def is_stopped(self) -> bool:
        return self.stopped

    def is_accepting(self) -> bool:
        return self.accepting

    def is_error(self) -> bool:
        return bool(self.problem)

    def get_error(self) -> str:
        return self.problem

    def stop_reason(self) -> str:
        return "NoExtensionBias"


@pytest.fixture(autouse=True)
def numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the environment of ms-swift there is one."""
    module = ModuleType("numpy")
    module.__dict__.update(zeros=lambda shape, dtype: [shape, dtype], int32=int)
    monkeypatch.setitem(sys.modules, "numpy", module)


@pytest.mark.parametrize(
    ("matcher", "is_done", "why"),
    [
        (Matcher(), False, None),
        (Matcher(stopped=True, accepting=True), True, None),
        (Matcher(stopped=True, accepting=False), True, "NoExtensionBias"),
        (
            Matcher(stopped=True, accepting=True, problem="at 1(2): lexer too complex.\nstate: x"),
            True,
            "lexer too complex",
        ),
    ],
)
def test_a_row_that_stopped_before_its_form_was_whole_has_failed(matcher: Any, is_done: bool, why: str | None) -> None:
    row = RowMatcher(matcher, 100, "tool_choice")

    assert row.is_done is is_done
    if why is None:
        assert row.error is None
    else:
        assert row.error is not None
        assert (row.error.status, row.error.param) == (400, "tool_choice")
        assert f"could not be held to up to its end: {why}. Ask for a simpler one." in row.error.message


def test_what_nobody_asked_to_be_held_is_let_go_where_it_cannot_be_held_to() -> None:
    row = RowMatcher(Matcher(stopped=True, problem="lexer too complex"), 100, "")
    scores = object()  # nothing in it could be masked

    row.mask(scores)

    assert (row.is_done, row.error) == (False, None)


@pytest.mark.parametrize(("constraint", "param"), [(Constraint("json"), "response_format"), (CALLS, "tool_choice")])
def test_a_form_is_refused_where_llguidance_is_not_installed(
    constraint: Constraint, param: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "llguidance", None)

    with pytest.raises(ApiError, match="llguidance, which is not installed") as refused:
        Guide(SimpleNamespace(), [0]).matcher(constraint)

    assert (refused.value.code, refused.value.param) == ("unsupported_value", param)


def test_a_tokenizer_that_llguidance_cannot_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_tokenizer: Any, **_options: Any) -> Any:
        raise ValueError("Only fast tokenizers are supported")

    package, module = ModuleType("llguidance"), ModuleType("llguidance.hf")
    module.__dict__["from_tokenizer"] = refuse
    package.__dict__["hf"] = module
    monkeypatch.setitem(sys.modules, "llguidance", package)

    with pytest.raises(ApiError, match="Only fast tokenizers are supported"):
        Guide(SimpleNamespace(), [0]).matcher(Constraint("json"))
