"""vLLM, SGLang and LMDeploy, through ms-swift's own engines: each choice is a request of its own to them, which they
batch (continuous batching) with all others.
"""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import asyncio
import copy
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any

from ..ask import (
    FORCED_CALLS,
    FORM,
    LOGIT_BIAS,
    LOGPROBS,
    MIN_P,
    PENALTIES,
    SEED,
    SEVERAL,
    STREAM_LOGPROBS,
    STREAM_SEVERAL,
    Ask,
    Call,
    Chat,
    Piece,
    Token,
)
from ..errors import ApiError
from .agents import agent_template, call_mark, calls_in, is_half_call
from .begun import Begun, Opening, begun_answer, response_prefix
from .forward import forward, text_of
from .guided import constrain, refused_by
from .prompts import Prompts, check_tokens, infer_request, not_encoded, param_of, told_of_picture, too_long
from .sampler import seed_of
from .words import Stops

log = logging.getLogger(__name__)

_ENGINES_SEEDS = 2**31  # what each of these engines takes
_ALWAYS = frozenset({FORM, SEVERAL, STREAM_SEVERAL})
HONOURS: Mapping[str, frozenset[str]] = {
    "vllm": _ALWAYS | {FORCED_CALLS, LOGIT_BIAS, LOGPROBS, MIN_P, PENALTIES, SEED, STREAM_LOGPROBS},
    "sglang": _ALWAYS | {FORCED_CALLS, MIN_P, PENALTIES},
    "lmdeploy": _ALWAYS | {LOGPROBS, MIN_P, SEED, STREAM_LOGPROBS},
}


class ThroughSwift:
    """One of ms-swift's engines."""

    def __init__(self, pipeline: Any) -> None:
        self._engine = engine = pipeline.infer_engine
        self._pipeline = pipeline
        self._back_end = str(pipeline.args.infer_backend)
        self._adapters: Mapping[str, str] = pipeline.args.adapter_mapping or {}
        self.honours = HONOURS.get(self._back_end, frozenset())
        self.task = engine.model_info.task_type or "causal_lm"
        self.sees = frozenset({"image", "video", "audio"}) if engine.model_meta.is_multimodal else frozenset()
        _mark_what_cannot_be_encoded(engine.template, "messages", engine.max_model_len)
        # The same engine behind the template for texts.
        self._raw = copy.copy(engine)
        self._raw.template = Prompts(engine).raw_template
        _mark_what_cannot_be_encoded(self._raw.template, "prompt", engine.max_model_len)

    async def generate(self, ask: Ask) -> AsyncGenerator[Piece, None]:
        """Go on from the prompt. Raises ApiError."""
        check_tokens(ask, len(self._engine.tokenizer))
        if ask.n == 1:
            async with aclosing(self._choice(ask, 0)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        heard: asyncio.Queue[Piece | Exception] = asyncio.Queue()
        tasks = [asyncio.create_task(self._listen(ask, index, heard)) for index in range(ask.n)]
        try:
            left = ask.n
            while left:
                said = await heard.get()
                if isinstance(said, Exception):
                    raise said
                left -= said.finish is not None
                yield said
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)

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

    async def _listen(self, ask: Ask, index: int, heard: "asyncio.Queue[Piece | Exception]") -> None:
        try:
            async with aclosing(self._choice(ask, index)) as pieces:
                async for piece in pieces:
                    heard.put_nowait(piece)
        except Exception as problem:  # told to whoever waits
            heard.put_nowait(problem)

    async def _choice(self, ask: Ask, index: int) -> AsyncGenerator[Piece, None]:
        """One choice; it ends at a stop text, whatever the engine makes of it."""
        stops, opening, is_over = Stops(ask.stop), Opening(), False
        async with aclosing(self._answers(ask, index, opening)) as answers:
            async for answer in answers:
                piece = _piece(answer, index)
                piece.text = stops.hear(opening.told(piece.text))
                if stops.has_stopped:
                    piece.finish = "stop"
                elif piece.finish:
                    piece.text += stops.end()
                is_over = piece.finish is not None
                yield piece
                if is_over:
                    return
        if not is_over:
            yield Piece(index, stops.end(), finish="stop")

    async def _answers(self, ask: Ask, index: int, opening: Opening) -> AsyncGenerator[Any, None]:
        """ms-swift's chunks, or its one answer."""
        is_chat = isinstance(ask.prompt, Chat)
        config = self._request_config(ask, index)
        adapter = {"adapter_request": self._adapter_request(ask.adapter)} if ask.adapter else {}
        engine = self._engine if is_chat else self._raw
        try:
            answer = await engine.infer_async(
                infer_request(ask.prompt, agent_template(self._engine)),
                config,
                pre_infer_hook=lambda asked: self._with_more(asked, ask, opening),
                **adapter,
            )
            if not ask.is_streamed:
                yield answer
                return
            async with aclosing(answer):
                async for chunk in answer:
                    yield chunk
        except ApiError as refused:
            raise await asyncio.to_thread(told_of_picture, refused, ask.prompt) from refused
        except ValueError as problem:
            error = too_long(problem, param_of(ask.prompt), engine.max_model_len) or self._refused_form(problem, ask)
            if error is None:
                raise
            raise error from problem

    def _refused_form(self, problem: ValueError, ask: Ask) -> ApiError | None:
        """vLLM and SGLang raise this kind for a request that is wrong, and others for what goes wrong with them: of
        what is checked before, only the form is left.
        """
        if ask.constraint is None:
            return None
        log.info("a form could not be held to", exc_info=problem)
        return refused_by(self._back_end, ask.constraint, str(problem))

    def _request_config(self, ask: Ask, index: int) -> Any:
        from swift.infer_engine import RequestConfig  # noqa: PLC0415 - seconds

        sampling = ask.sampling
        config = RequestConfig(
            max_tokens=ask.max_tokens,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            repetition_penalty=sampling.repetition_penalty,
            presence_penalty=sampling.presence_penalty,
            frequency_penalty=sampling.frequency_penalty,
            seed=None if sampling.seed is None else seed_of(sampling.seed, index) % _ENGINES_SEEDS,
            stop=list(ask.stop),
            stream=ask.is_streamed,
            logprobs=ask.logprobs is not None,
            top_logprobs=ask.logprobs or None,
        )
        self._pipeline._set_request_config(config)
        return config

    def _with_more(self, asked: dict[str, Any], ask: Ask, opening: Opening) -> dict[str, Any]:
        """What ms-swift's request has no field for, put into the engine's own."""
        config, sampling = asked["generation_config"], ask.sampling
        more: dict[str, Any] = {}
        if sampling.min_p is not None:
            more["min_p"] = sampling.min_p
        if sampling.logit_bias:
            more["logit_bias"] = dict(sampling.logit_bias)
        if isinstance(config, dict):
            config.update(more)
        else:
            for name, value in more.items():
                setattr(config, name, value)
        if isinstance(ask.prompt, Chat):
            begun = self._begun(asked["inputs"], opening)
            if ask.constraint is not None:
                constrain(self._back_end, config, ask.constraint, agent_template(self._engine), begun)
        return asked

    def _begun(self, encoded: Mapping[str, Any], opening: Opening) -> Begun:
        engine, inputs, tokens = self._engine, encoded.get("template_inputs"), encoded.get("input_ids")
        tokens = None if tokens is None else list(tokens)
        begun = begun_answer(engine.template, inputs, tokens, lambda ids: str(engine.tokenizer.decode(ids)))
        if getattr(engine, "reasoning_parser", None) is None:  # which tells thoughts apart itself
            opening.learn(response_prefix(engine.template, inputs), begun)
        return begun

    def _adapter_request(self, name: str) -> Any:
        from swift.infer_engine import AdapterRequest  # noqa: PLC0415 - seconds

        return AdapterRequest(name, self._adapters[name])


def _piece(answer: Any, index: int) -> Piece:
    """Of a chunk, or of a whole answer."""
    choice = answer.choices[0]
    said = getattr(choice, "delta", None) or choice.message
    usage = answer.usage
    finish = choice.finish_reason
    return Piece(
        index,
        said.content or "",
        [_token(each) for each in (choice.logprobs or {}).get("content") or []],
        None if finish is None else "length" if finish == "length" else "stop",
        usage.prompt_tokens if usage else 0,
        usage.completion_tokens if usage else 0,
        getattr(said, "reasoning_content", None) or "",
    )


def _token(told: Mapping[str, Any]) -> Token:
    likely = tuple((each["token"], each["logprob"]) for each in told.get("top_logprobs") or [])
    return Token(told["token"], told["logprob"], likely)


def _mark_what_cannot_be_encoded(template: Any, where: str, limit: int | None) -> None:
    """The one place where a request's own faults show as errors of any kind."""
    encode = template.encode

    def marked(*args: Any, **kwargs: Any) -> Any:
        try:
            return encode(*args, **kwargs)
        except Exception as problem:
            raise not_encoded(problem, where, limit) from problem

    template.encode = marked
