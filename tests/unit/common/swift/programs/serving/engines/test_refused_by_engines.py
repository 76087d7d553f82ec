"""ms-swift's engines: what they raise, as whoever asked is to read it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from common.swift.programs.serving.ask import Ask, Chat, Constraint
from common.swift.programs.serving.engines.through_swift import ThroughSwift
from common.swift.programs.serving.errors import ApiError

FORM = Constraint("json", schema={"type": "object"})
CALLS = Constraint("calls", functions=({"name": "f", "parameters": {"type": "object"}},))
LONG = "Input length (12) leaves no room for generation"


class Template:
    """Enough of one."""

    agent_template = None
    template_meta = SimpleNamespace(to_generate_template_meta=SimpleNamespace)

    def encode(self, _request: Any, _full: bool) -> Any:
        return {}


class StandIn:
    """An engine that raises as it is asked, or, in a stream, at its first chunk as vLLM does."""

    max_model_len = 10
    model_info = SimpleNamespace(task_type="causal_lm")
    model_meta = SimpleNamespace(is_multimodal=False)
    tokenizer = ()

    def __init__(self, problem: Exception) -> None:
        self.template = Template()
        self._problem = problem

    async def infer_async(self, _request: Any, config: Any, **_more: Any) -> Any:
        if config.stream:
            return self._chunks()
        raise self._problem

    async def _chunks(self) -> AsyncIterator[Any]:
        raise self._problem
        yield


@pytest.fixture(autouse=True)
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("swift.infer_engine")
    module.RequestConfig = SimpleNamespace  # type: ignore[attr-defined]
    module.InferRequest = lambda messages, **more: SimpleNamespace(messages=messages, **more)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "swift", ModuleType("swift"))
    monkeypatch.setitem(sys.modules, "swift.infer_engine", module)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("constraint", "param"), [(FORM, "response_format"), (CALLS, "tool_choice")])
@pytest.mark.parametrize("back_end", ["vllm", "sglang"])
def test_a_form_that_an_engine_refuses_is_the_requests_fault(
    back_end: str, constraint: Constraint, param: str, stream: bool
) -> None:
    problem = _raised(ValueError("Failed to transform json schema\n  into a grammar."), back_end, constraint, stream)

    assert isinstance(problem, ApiError)
    assert (problem.status, problem.code, problem.param) == (400, "unsupported_value", param)
    assert problem.message == (
        f"Unsupported value: '{param}' cannot be held to by the back end of this model, {back_end}: "
        "Failed to transform json schema into a grammar."
    )


@pytest.mark.parametrize("stream", [False, True])
def test_what_an_engine_does_not_blame_on_the_request_is_its_own(stream: bool) -> None:
    for problem, constraint in ((RuntimeError("CUDA error"), FORM), (ValueError("x"), None)):
        assert _raised(problem, "vllm", constraint, stream) is problem


@pytest.mark.parametrize("stream", [False, True])
def test_a_prompt_that_is_too_long_is_not_the_forms_fault(stream: bool) -> None:
    problem = _raised(ValueError(LONG), "vllm", FORM, stream)

    assert isinstance(problem, ApiError)
    assert problem.code == "context_length_exceeded"


def _raised(problem: Exception, back_end: str, constraint: Constraint | None, stream: bool) -> Exception:
    pipeline = SimpleNamespace(
        infer_engine=StandIn(problem),
        args=SimpleNamespace(infer_backend=back_end, adapter_mapping=None),
        _set_request_config=lambda _config: None,
    )
    engine = ThroughSwift(pipeline)
    ask = Ask(Chat([{"role": "user", "content": "hi"}]), constraint=constraint, is_streamed=stream)

    async def scenario() -> Exception:
        try:
            async for _ in engine.generate(ask):
                pass
        except Exception as raised:
            return raised
        raise AssertionError("nothing was raised")

    return asyncio.run(asyncio.wait_for(scenario(), 10))
