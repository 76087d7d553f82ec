"""Grammars of what an answer has to be, in llguidance's dialect of Lark."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...ask import Constraint
from ...errors import unsupported_value
from ...thoughts import END
from .call_formats import CallFormat
from .free_calls import free_calls
from .held import marked
from .lark import Words, json_rule
from .parameters import parameter_rules
from .schemas import FORMAT_PARAM, not_supported, refuse_impossible

# Weak models write blanks without end where any number of them is allowed.
_BLANKS = r"( |\n[ \t]{0,16})?"
_BLANK_IN_CALLS = "[ ]?"  # some readers take a call's arguments on one line only
CALLS_MAX = 32
CALL_PARAM = "tool_choice"
_NAME = re.compile(r"[\w.:/-]+")


@dataclass(frozen=True, slots=True)
class Grammars:
    """For one tokenizer. Each raises ApiError for what cannot be held to."""

    words: Words

    def of(self, constraint: Constraint, form: CallFormat | None, *, is_thinking: bool = False) -> str:
        """For what is left of an answer; `is_thinking`: its beginning opened a thought, which ends first."""
        rules: list[str] = []
        if constraint.kind == "json":
            start = self._json(constraint)
            if constraint.functions:
                calls, rules = self._calls(constraint, known(form))
                start = f"({start} | {calls})"
        elif constraint.kind == "free":
            start, rules = self._free(constraint, known(form))
        else:
            start, rules = self._calls(constraint, known(form))
        if is_thinking:
            start = f"thought blank? {start}"
            rules += [*self.words.text_until("thought", END, ()), 'blank: "\\n" | "\\n\\n"']
        return "\n".join([f"start: {start}", *rules]) + "\n"

    def _calls(self, constraint: Constraint, form: CallFormat) -> tuple[str, list[str]]:
        rules: list[str] = []
        names = range(len(constraint.functions))
        for number, function in enumerate(constraint.functions):
            rules += self._call(number, function, form)
        calls = f"({' | '.join(f'call_{number}' for number in names)})"
        if constraint.several and not form.is_one:
            calls += f" ({' | '.join(f'more_{number}' for number in names)}){{0,{CALLS_MAX - 1}}}"
        return f"{self.words.all_of(form.begin)} {calls} {self.words.all_of(form.end)}", rules

    def _free(self, constraint: Constraint, form: CallFormat) -> tuple[str, list[str]]:
        behind_name = "{name}" + form.open.partition("{name}")[2]
        rules, named = [], []
        for number, function in enumerate(constraint.functions):
            values, own = self._arguments(number, function, form)
            opened = self._opened(behind_name.replace("{name}", name_of(function)))
            named.append(f"{opened} {values} {self.words.all_of(form.close)}")
            rules += own
        start, others = free_calls(self.words, form, named, CALL_PARAM)
        return start, [*others, *rules]

    def _call(self, number: int, function: Mapping[str, Any], form: CallFormat) -> list[str]:
        values, rules = self._arguments(number, function, form)
        opened = form.open.replace("{name}", name_of(function))
        close = self.words.all_of(form.close)
        return [
            f"call_{number}: {self._opened(opened)} {values} {close}",
            # In one literal: the lexer never goes back behind a space that `end` may begin with as well.
            f"more_{number}: {self._opened(form.between + opened)} {values} {close}",
            *rules,
        ]

    def _arguments(self, number: int, function: Mapping[str, Any], form: CallFormat) -> tuple[str, list[str]]:
        schema = parameters_of(function)
        self._refuse_marks(schema, parameters_param(function))
        if form.parameters is None:
            return json_rule(schema, _BLANK_IN_CALLS), []
        if "parameters" not in function:
            raise unsupported_value(
                parameters_param(function), "cannot be free beside strict functions: this model writes each apart"
            )
        return parameter_rules(self.words, f"p{number}", (name_of(function), schema), form, form.parameters)

    def _json(self, constraint: Constraint) -> str:
        schema = {"type": "object"} if constraint.schema is None else constraint.schema
        refuse_impossible(schema, FORMAT_PARAM)
        self._refuse_marks(schema, FORMAT_PARAM)
        return json_rule(schema, _BLANKS)

    def _refuse_marks(self, schema: Mapping[str, Any], param: str) -> None:
        if reason := next(marked(schema, self.words.special), None):
            raise not_supported(param, reason)

    def _opened(self, text: str) -> str:
        return " /[0-9]{1,2}/ ".join(map(self.words.all_of, text.split("{place}")))


def known(form: CallFormat | None) -> CallFormat:
    """Raises ApiError where how the model writes calls is not known."""
    if form is None:
        raise unsupported_value(
            CALL_PARAM,
            "cannot force a call of this model: how it writes calls is not known well enough. Send 'auto', or ask for "
            "the arguments by 'response_format'",
        )
    return form


def name_of(function: Mapping[str, Any]) -> str:
    """Raises ApiError for one that would change the form of a call."""
    name = str(function["name"])
    if not _NAME.fullmatch(name):
        raise unsupported_value(CALL_PARAM, f"cannot force '{name[:80]}': a name has letters, digits and _.:/- only")
    return name


def parameters_of(function: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a function's arguments. Raises ApiError."""
    schema = dict(function.get("parameters") or {})
    refuse_impossible(schema, parameters_param(function))
    return {"type": "object"} | schema


def parameters_param(function: Mapping[str, Any]) -> str:
    """Where that schema stands in a request, as errors tell it."""
    return f"tools.{function['name']}.parameters"
