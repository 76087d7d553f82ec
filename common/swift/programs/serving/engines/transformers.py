"""The transformers back end: prompts to rows, rows to batches, one step of a batch to pieces."""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..ask import (
    FORCED_CALLS,
    FORM,
    FORM_OR_CALLS,
    LOGIT_BIAS,
    LOGPROBS,
    MIN_P,
    PENALTIES,
    SEED,
    SEVERAL,
    STREAM_LOGPROBS,
    STREAM_SEVERAL,
    STRICT,
    TOKENS,
    Ask,
    Call,
    Chat,
    Constraint,
    Piece,
    Sampling,
)
from ..errors import ApiError
from ..token_text import text_of_token
from .agents import agent_template, call_mark, calls_in, is_half_call
from .batches import Batches, deliver
from .begun import NOTHING, Begun, begun_answer
from .forward import forward, text_of
from .guided import Guide, RowMatcher
from .prompts import Prompts, check_tokens, room_for_answer
from .rows import Asked, Row
from .sampler import Chooser, choose_all

log = logging.getLogger(__name__)

HONOURS = frozenset(
    {
        FORCED_CALLS,
        FORM,
        FORM_OR_CALLS,
        LOGIT_BIAS,
        LOGPROBS,
        MIN_P,
        PENALTIES,
        SEED,
        SEVERAL,
        STREAM_LOGPROBS,
        STREAM_SEVERAL,
        STRICT,
        TOKENS,
    }
)


class TransformersEngine:
    """Generates with the model of ms-swift's own engine, in batches of ours."""

    honours = HONOURS

    def __init__(self, pipeline: Any) -> None:
        self._engine = engine = pipeline.infer_engine
        self._adapters: Mapping[str, str] = pipeline.args.adapter_mapping or {}
        self._defaults = pipeline.args.get_request_config()
        self.task = engine.model_info.task_type or "causal_lm"
        self.sees = frozenset({"image", "video", "audio"}) if engine.model_meta.is_multimodal else frozenset()
        if self.task == "causal_lm":
            engine.template.set_mode("transformers")
            self._prompts = Prompts(engine)
            self._ends = self._ending_tokens()
            self._stops = self._ending_texts()
            self._guide = Guide(engine.tokenizer, self._ends, agent_template(engine))
        self._batches = Batches(self._generate, engine.max_batch_size)

    async def generate(self, ask: Ask) -> AsyncGenerator[Piece, None]:
        """Go on from the prompt. Raises ApiError."""
        asked = await self._encoded(ask)
        left = ask.n
        try:
            while left:
                piece = await asked.pieces.get()
                if isinstance(piece, Exception):
                    raise piece
                left -= piece.finish is not None
                yield piece
        finally:
            asked.is_gone = True

    async def forward(self, prompts: Sequence[Chat], where: Sequence[str], adapter: str) -> tuple[list[Any], int]:
        """What a model that generates nothing says. Raises ApiError."""
        request = {"adapter_request": self._adapter_request(adapter)} if adapter else {}
        return await forward(self._engine, prompts, where, **request)

    def text_of(self, tokens: Sequence[int], where: str) -> str:
        """The text of the model's tokens. Raises ApiError."""
        return text_of(self._engine, tokens, where)

    def calls_in(self, text: str, tools: Sequence[Mapping[str, Any]]) -> list[Call]:
        """The calls of functions in an answer."""
        return calls_in(self._engine, text, tools)

    def call_mark(self) -> str:
        """What a call begins with."""
        return call_mark(self._engine)

    def is_half_call(self, text: str, tools: Sequence[Mapping[str, Any]]) -> bool:
        """Whether a text is the beginning of a call."""
        return is_half_call(self._engine, text, tools)

    async def _encoded(self, ask: Ask) -> Asked:
        """Waits for its turn from here on."""
        check_tokens(ask, len(self._engine.tokenizer))
        self._batches.announce()
        rows: list[Row] = []
        try:
            encoded = await asyncio.to_thread(self._prompts.encode, ask.prompt)
            encoded["prompt_tokens"] = self._engine._get_num_tokens(encoded)
            room = room_for_answer(ask, encoded["prompt_tokens"], self._engine.max_model_len)
            asked = Asked(ask, encoded, room, asyncio.get_running_loop())
            rows = await asyncio.to_thread(self._rows, asked)
        finally:
            if not rows:
                self._batches.withdraw()
        self._batches.add(rows)
        return asked

    def _rows(self, asked: Asked) -> list[Row]:
        begun, stops = NOTHING, tuple[str, ...]()
        if isinstance(asked.ask.prompt, Chat):
            inputs, stops = asked.encoded.get("template_inputs"), self._stops
            begun = begun_answer(self._engine.template, inputs, asked.prompt or None, self._decode)
        rows = [Row(asked, index, self._decode, self._ends, stops) for index in range(asked.ask.n)]
        matcher = None if asked.ask.constraint is None else self._matcher(asked.ask.constraint, begun)
        for row in rows:
            row.begin(begun.told)
            row.matcher = matcher.copy() if matcher is not None and row.index else matcher
        return rows

    def _matcher(self, constraint: Constraint, begun: Begun) -> RowMatcher | None:
        """None where calls that need not be made cannot be held to: what the model writes is read as it is."""
        try:
            return self._guide.matcher(constraint, begun)
        except ApiError as refused:
            if constraint.kind != "free":
                raise
            log.info("strict functions are not held to: %s", refused.message)
            return None

    def _generate(self, rows: Sequence[Row]) -> None:
        """Run one batch to its end."""
        import torch  # noqa: PLC0415 - seconds, as all of it
        from transformers import GenerationConfig, LogitsProcessorList, StoppingCriteriaList  # noqa: PLC0415

        engine, steps = self._engine, _Steps(rows, self._sampling, self._token_text)
        # An adapter that was not asked before makes another model of it.
        names = engine._get_adapter_names(self._adapter_request(rows[0].ask.adapter))
        model, template = engine.model.eval(), engine.template
        with torch.inference_mode():
            asked: dict[str, Any] = {
                "generation_config": GenerationConfig(
                    do_sample=False,
                    max_new_tokens=max(row.asked.room for row in rows),
                    eos_token_id=sorted(self._ends),
                    pad_token_id=engine.tokenizer.pad_token_id,
                ),
                **self._inputs(rows),
            }
            if names is not None:
                asked["adapter_names"] = names * len(rows)
            asked = template.prepare_generate_kwargs(asked, model=model)
            asked["logits_processor"] = LogitsProcessorList([_Calls(steps.choose)])
            asked["stopping_criteria"] = StoppingCriteriaList([_Calls(steps.end)])
            template.generate(model, **asked)

    def _inputs(self, rows: Sequence[Row]) -> dict[str, Any]:
        from swift.utils import to_device  # noqa: PLC0415 - seconds

        engine, template = self._engine, self._engine.template
        if template.use_model:
            template.model = engine.model
        left_out = ("prompt_tokens", "template_inputs")
        batch = [{key: value for key, value in row.asked.encoded.items() if key not in left_out} for row in rows]
        inputs: dict[str, Any] = to_device(template.data_collator(batch), engine.model.device)
        if engine.model_meta.is_multimodal:
            _, inputs = template.pre_forward_hook(engine.model, None, inputs)
        return inputs

    def _adapter_request(self, name: str) -> Any:
        from swift.infer_engine import AdapterRequest  # noqa: PLC0415 - seconds

        return AdapterRequest(name, self._adapters[name]) if name else None

    def _sampling(self, asked: Sampling) -> Sampling:
        """The deployment's defaults, and then the model's, where the request says nothing."""
        model = self._engine.generation_config
        is_sampled = bool(getattr(model, "do_sample", False))
        settled: dict[str, Any] = {}
        for name in ("temperature", "top_p", "top_k", "min_p", "repetition_penalty"):
            value = getattr(asked, name)
            if value is None:
                value = getattr(self._defaults, name, None)
            if value is None and (is_sampled or name == "repetition_penalty"):
                value = getattr(model, name, None)
            settled[name] = value
        if settled["temperature"] is None:
            settled["temperature"] = 1.0 if is_sampled else 0.0
        return replace(asked, **settled)

    def _ending_tokens(self) -> frozenset[int]:
        engine = self._engine
        ends = getattr(engine.generation_config, "eos_token_id", None)
        meta = engine.template.template_meta
        found = {*(ends if isinstance(ends, list) else [ends]), engine.tokenizer.eos_token_id}
        found |= set(engine._get_stop_token_ids([*meta.stop_words, *_words(meta.suffix_stop)]))
        return frozenset(token for token in found if token is not None)

    def _ending_texts(self) -> tuple[str, ...]:
        """Those of the chat template that are several tokens."""
        engine = self._engine
        meta = engine.template.template_meta
        words = [*meta.stop_words, *_words(meta.suffix_stop)]
        return tuple(engine._get_stop_words([word for word in words if not engine._get_stop_token_ids([word])]))

    def _decode(self, tokens: list[int]) -> str:
        return str(self._engine.tokenizer.decode(tokens, spaces_between_special_tokens=False))

    def _token_text(self, token: int) -> str:
        return text_of_token(self._decode([token]), lambda: str(self._engine.tokenizer.convert_ids_to_tokens(token)))


class _Calls:
    """`transformers` reads the signature of `__call__` at each step: for a method that takes longer than the call."""

    def __init__(self, method: Callable[..., Any]) -> None:
        self._method = method

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        return self._method(input_ids, scores)


class _Steps:
    """What `generate` calls at each step: first with the scores of the next tokens, then with these tokens."""

    def __init__(self, rows: Sequence[Row], sampling: Any, token_text: Any) -> None:
        self._rows = rows
        self._sampling = sampling
        self._token_text = token_text
        self._choosers: list[Chooser] = []
        self._chosen: list[Any] = []

    def choose(self, _tokens: Any, scores: Any) -> Any:
        """A logits processor. `scores`: [rows, vocabulary]."""
        if not self._choosers:
            self._choosers = [
                Chooser(row, self._sampling(row.ask.sampling), scores.device, scores.shape[-1], self._token_text)
                for row in self._rows
            ]
        self._chosen, forced = choose_all(self._choosers, scores)
        return forced

    def end(self, tokens: Any, _scores: Any) -> Any:
        """A stopping criterion: which rows are over, a vector of booleans."""
        pieces: list[tuple[Asked, Any]] = []
        for row, chosen in zip(self._rows, self._chosen, strict=True):
            if chosen is not None and not row.is_over:
                is_complete = row.matcher is not None and row.matcher.is_done
                piece = row.take(chosen.token, chosen.told, is_complete=is_complete)
                if piece is not None:
                    failed = None if row.matcher is None or piece.finish is None else row.matcher.error
                    pieces.append((row.asked, failed or piece))
        deliver(pieces)
        import torch  # noqa: PLC0415 - there already

        return torch.tensor([row.is_over for row in self._rows], dtype=torch.bool, device=tokens.device)


def _words(suffix: Any) -> list[Any]:
    """A template's suffix: a text, or token ids."""
    return [suffix] if suffix else []
