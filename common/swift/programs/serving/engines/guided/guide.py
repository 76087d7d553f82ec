"""Holds rows of a batch to a form, by llguidance: which tokens may come next, row by row."""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import threading
from collections.abc import Collection, Mapping
from typing import Any

from ...ask import Constraint
from ...errors import ApiError, unsupported_value, wrong_value
from ..begun import NOTHING, Begun
from .call_formats import call_format
from .grammars import CALL_PARAM, Grammars, parameters_of, parameters_param
from .lark import Words, json_rule
from .refusals import explained, short
from .schemas import FORMAT_PARAM, not_supported

_MINUS_INFINITY = float("-inf")
_SHOWN_MAX = 80
_FORMAT = FORMAT_PARAM.partition(".")[0]


class Guide:
    """Of one engine. The tokenizer is read when a form is asked for the first time: seconds for a big vocabulary."""

    def __init__(self, tokenizer: Any, ends: Collection[int], agent_template: Any = None) -> None:
        self._tokenizer = tokenizer
        self._ends = sorted(ends)
        self._form = call_format(agent_template)
        self._lock = threading.Lock()
        self._read: tuple[Any, Grammars] | None = None

    def matcher(self, constraint: Constraint, begun: Begun = NOTHING) -> "RowMatcher":
        """For one row, which goes on from what was `begun`. Raises ApiError. Takes its time: not for a loop."""
        words, grammars = self._read_tokenizer(constraint)
        prefill = begun.text.lstrip() if constraint.kind == "json" else ""
        if prefill and constraint.functions:  # half of a call would be read by nobody
            constraint = Constraint("json", constraint.schema)
        matcher = self._compiled(words, grammars.of(constraint, self._form, is_thinking=begun.is_thinking))
        if reason := _reason(matcher):
            raise self._refused(constraint, words, grammars, reason)
        if prefill:
            self._go_on_from(prefill, matcher)
        param = {"json": _FORMAT, "calls": CALL_PARAM}.get(constraint.kind, "")
        return RowMatcher(matcher, words.vocab_size, param)

    def _go_on_from(self, prefill: str, matcher: Any) -> None:
        tokens = self._tokenizer.encode(prefill, add_special_tokens=False)
        if matcher.try_consume_tokens(tokens) < len(tokens):
            raise wrong_value(
                "messages",
                f"the answer is to go on from '{prefill[:_SHOWN_MAX]}', which the form in 'response_format' does not "
                "begin with. Leave out the message of the assistant at the end, or begin it as that form does.",
            )

    def _read_tokenizer(self, constraint: Constraint) -> tuple[Any, Grammars]:
        with self._lock:
            if self._read is None:
                self._read = self._open(constraint)
            return self._read

    def _open(self, constraint: Constraint) -> tuple[Any, Grammars]:
        param = _FORMAT if constraint.kind == "json" else CALL_PARAM
        try:
            from llguidance import hf  # noqa: PLC0415 - where nobody asks, it is not needed
        except ImportError:
            raise unsupported_value(param, "needs llguidance, which is not installed beside ms-swift") from None
        try:
            words = hf.from_tokenizer(self._tokenizer, eos_token=self._ends)
        except ValueError as problem:
            raise unsupported_value(param, f"cannot be honoured with this model's tokenizer: {problem}") from problem
        added = self._tokenizer.added_tokens_decoder
        special = {str(token): number for number, token in added.items() if words.is_special_token(number)}
        return words, Grammars(Words(special))

    def _compiled(self, words: Any, grammar: str) -> Any:
        from llguidance import LLMatcher, LLParserLimits  # noqa: PLC0415 - as above

        return LLMatcher(
            words, LLMatcher.grammar_from_lark(grammar), log_level=0, limits=LLParserLimits(verbose_errors=False)
        )

    def _refused(self, constraint: Constraint, words: Any, grammars: Grammars, reason: str) -> ApiError:
        """Of several functions, the first that cannot be held to is told."""

        def why_not(schema: Mapping[str, Any]) -> str:
            return _reason(self._compiled(words, f"start: {json_rule(schema, '')}\n"))

        if constraint.kind == "json":
            schema = {"type": "object"} if constraint.schema is None else constraint.schema
            own = why_not(schema)
            if own or not constraint.functions:
                return not_supported(FORMAT_PARAM, explained(schema, own or reason, why_not))
        for function in constraint.functions:
            alone = Constraint("calls", functions=(function,), several=False)
            if own := _reason(self._compiled(words, grammars.of(alone, self._form))):
                return not_supported(parameters_param(function), explained(parameters_of(function), own, why_not))
        return not_supported("tools", f"{reason}. Ask for fewer functions, or for one")


class RowMatcher:
    """Where one row is in its form, which `param` of the request asked for. Without one nobody did: where the form
    cannot be held to any further, the row goes on without it. Not for several threads at once.
    """

    def __init__(self, matcher: Any, vocabulary: int, param: str = _FORMAT) -> None:
        import numpy as np  # noqa: PLC0415 - not in every environment

        self._matcher = matcher
        self._vocabulary = vocabulary
        self._param = param
        self._bits = np.zeros((1, (vocabulary + 31) // 32), dtype=np.int32)

    def copy(self) -> "RowMatcher":
        """For another row that is where this one is; nothing is compiled again."""
        return RowMatcher(self._matcher.deep_copy(), self._vocabulary, self._param)

    @property
    def is_done(self) -> bool:
        """Nothing but the end may follow."""
        return bool(self._matcher.is_stopped()) and not self._is_let_go

    @property
    def _is_let_go(self) -> bool:
        return not self._param and bool(self._matcher.is_error())

    @property
    def error(self) -> ApiError | None:
        """Why the form could not be held to: its answer is none, and another try has the same end. To be asked when the
        row ends.
        """
        if self._is_let_go or (not self._matcher.is_error() and (not self.is_done or self._matcher.is_accepting())):
            return None
        reason = short(self._matcher.get_error()).partition(";")[0] or str(self._matcher.stop_reason())
        return wrong_value(
            self._param, f"its form could not be held to up to its end: {reason}. Ask for a simpler one."
        )

    def mask(self, logits: Any) -> None:
        """Leave only what may come next; `logits`: a vector. After an error the end may come, and only that."""
        if self._is_let_go:
            return
        import numpy as np  # noqa: PLC0415 - as above
        import torch  # noqa: PLC0415 - there already
        from llguidance.numpy import fill_next_token_bitmask  # noqa: PLC0415 - there already

        fill_next_token_bitmask(self._matcher, self._bits)
        barred = np.unpackbits((~self._bits).view(np.uint8), bitorder="little", count=self._vocabulary).view(np.bool_)
        known = min(self._vocabulary, logits.shape[-1])
        logits[known:] = _MINUS_INFINITY
        logits[:known].masked_fill_(torch.from_numpy(barred[:known]).to(logits.device), _MINUS_INFINITY)

    def take(self, token: int) -> None:
        """The row goes on with this token."""
        self._matcher.consume_token(token)


def _reason(matcher: Any) -> str:
    """Why a grammar cannot be held to; empty where it can."""
    if matcher.is_error():
        return short(matcher.get_error())
    if matcher.is_stopped():
        return "no answer fits it"
    return short("; ".join(matcher.get_grammar_warnings()))
