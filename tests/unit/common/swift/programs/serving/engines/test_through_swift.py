"""One of ms-swift's engines that says what a test has written for it: how an answer begins, and what is refused."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from common.swift.programs.serving.ask import Ask, Chat, Constraint
from common.swift.programs.serving.engines.through_swift import ThroughSwift
from common.swift.programs.serving.errors import ApiError

THINKS, HEAD = "<think>\n", "<|im_start|>assistant\n"


class Engine:
    """Answers in the texts that it was given, with the template's prefix in front, as ms-swift's engines do."""

    max_model_len = 100
    model_info = SimpleNamespace(task_type="causal_lm")
    model_meta = SimpleNamespace(is_multimodal=False)

    def __init__(self, prefix: str, said: str | None, *texts: str) -> None:
        self.tokenizer = _Characters()
        meta = SimpleNamespace(to_generate_template_meta=lambda: None)
        self.template = SimpleNamespace(
            template_meta=meta, encode=lambda *_: {}, _get_response_prefix=lambda _: prefix, agent_template=None
        )
        self._texts = [prefix, *texts]
        self._inputs = {
            "input_ids": [*map(ord, HEAD + (prefix if said is None else said))],
            "template_inputs": SimpleNamespace(messages=[{"role": "assistant", "content": said}]),
        }

    async def infer_async(self, _request: Any, config: Any, *, pre_infer_hook: Any) -> Any:
        pre_infer_hook({"generation_config": {}, "inputs": self._inputs})
        return self._chunks() if config.stream else _answer("".join(self._texts), "stop")

    async def _chunks(self) -> AsyncGenerator[Any, None]:
        for place, text in enumerate(self._texts):
            yield _answer(text, "stop" if place == len(self._texts) - 1 else None)


class _Characters:
    def __len__(self) -> int:
        return 2**21

    def decode(self, tokens: list[int]) -> str:
        return "".join(map(chr, tokens))


def _answer(text: str, finish: str | None) -> Any:
    message = SimpleNamespace(content=text, reasoning_content=None)
    choice = SimpleNamespace(message=message, delta=None, finish_reason=finish, logprobs=None)
    return SimpleNamespace(choices=[choice], usage=None)


@pytest.fixture(autouse=True)
def _swift(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("swift.infer_engine")
    module.__dict__.update(RequestConfig=SimpleNamespace, InferRequest=lambda *_, **__: None)
    monkeypatch.setitem(sys.modules, "swift", ModuleType("swift"))
    monkeypatch.setitem(sys.modules, "swift.infer_engine", module)


def _said(engine: Engine, **ask: Any) -> str:
    arguments = SimpleNamespace(infer_backend="sglang", adapter_mapping=None)
    pipeline = SimpleNamespace(infer_engine=engine, args=arguments, _set_request_config=lambda _: None)

    async def scenario() -> str:
        pieces = ThroughSwift(pipeline).generate(Ask(Chat([]), **ask))
        return "".join([piece.text async for piece in pieces])

    return asyncio.run(scenario())


@pytest.mark.parametrize("is_streamed", [False, True])
@pytest.mark.parametrize(
    ("prefix", "said", "text", "told"),
    [
        (THINKS, None, "hm</think>Yes", "<think>hm</think>Yes"),
        (THINKS, "{", "}", "}"),
        (THINKS, "<think>I wonder", " why", "<think> why"),
        ("", "<think>I wonder", " why", "<think> why"),
        ("", "I am", " a bot", " a bot"),
        ("<think>\n\n</think>\n\n", None, "Yes", "Yes"),
        ("Sure: ", None, "yes", "Sure: yes"),
    ],
)
def test_an_answer_is_told_from_where_its_prompt_ends(
    prefix: str, said: str | None, text: str, told: str, is_streamed: bool
) -> None:
    assert _said(Engine(prefix, said, *text), is_streamed=is_streamed) == told


def test_thoughts_that_the_engine_tells_apart_itself_are_left_to_it() -> None:
    engine = Engine("", "<think>I wonder", "Yes")
    engine.reasoning_parser = object()  # type: ignore[attr-defined]

    assert _said(engine) == "Yes"


def test_a_form_that_the_client_has_begun_is_refused() -> None:
    with pytest.raises(ApiError) as refused:
        _said(Engine(THINKS, "{", "}"), constraint=Constraint("json"))

    assert (refused.value.status, refused.value.param) == (400, "messages")
    assert _said(Engine(THINKS, None, "{}"), constraint=Constraint("json")) == "<think>{}"
