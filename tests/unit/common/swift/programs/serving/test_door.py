"""The door by hand: what comes in, what goes out, byte by byte, and who leaves."""

import asyncio
import json
from typing import Any

import pytest

from common.asked_media import MediaRefused
from common.swift.programs.serving.door import Door
from common.swift.programs.serving.errors import context_length_exceeded

from .asgi import CHAT, COMPLETIONS, Answer, asked, call, chat, completion, make_door, open_door
from .fake_engine import FOREVER, FakeEngine, said

FAILED = {
    "error": {
        "message": "the model server failed at this request; its log has the reason",
        "type": "server_error",
        "param": None,
        "code": "internal_error",
    }
}
POSTS = [(CHAT, chat()), (COMPLETIONS, completion())]
BOTH = pytest.mark.parametrize(("path", "body"), POSTS, ids=["chat", "completions"])


@BOTH
def test_a_whole_answer_is_json_of_known_length(path: str, body: Any) -> None:
    answer = asked(FakeEngine(said("Grüße 😀")), path, body)

    assert answer.status == 200
    assert answer.headers == {
        b"content-type": b"application/json",
        b"content-length": str(len(answer.content)).encode(),
    }
    assert "Grüße 😀".encode() in answer.content
    assert answer.is_whole


@BOTH
def test_a_stream_is_events_that_end_with_done(path: str, body: Any) -> None:
    answer = asked(FakeEngine(said("Grüße ", "😀")), path, body | {"stream": True})

    assert (answer.status, answer.headers) == (200, {b"content-type": b"text/event-stream; charset=utf-8"})
    assert answer.parts[-1] == b"data: [DONE]\n\n"
    assert answer.parts[-2] == b': usage {"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}\n\n'
    assert all(part.startswith(b'data: {"id":"') and part.endswith(b"}\n\n") for part in answer.parts[:-2])
    assert "".join(_text(chunk) for chunk in answer.chunks) == "Grüße 😀"
    assert answer.is_whole


@BOTH
@pytest.mark.parametrize("stream", [False, True])
def test_an_error_before_the_first_piece_has_its_status(path: str, body: Any, stream: bool) -> None:
    answer = asked(FakeEngine([context_length_exceeded(8, 9)]), path, body | {"stream": stream})

    assert answer.error == (400, "context_length_exceeded", "messages")
    assert answer.headers[b"content-type"] == b"application/json"


@BOTH
@pytest.mark.parametrize("stream", [False, True])
def test_a_fault_of_the_engine_is_told_without_its_text(path: str, body: Any, stream: bool) -> None:
    answer = asked(FakeEngine([RuntimeError("/secret/place")]), path, body | {"stream": stream})

    assert (answer.status, answer.json) == (500, FAILED)


@BOTH
@pytest.mark.parametrize("problem", [RuntimeError("/secret/place"), context_length_exceeded(8, 9)], ids=["own", "api"])
def test_an_error_in_the_middle_of_a_stream_is_its_last_event(path: str, body: Any, problem: Any) -> None:
    answer = asked(FakeEngine([*said("One", finish=None), problem]), path, body | {"stream": True})

    assert answer.status == 200
    assert answer.chunks[-1] == (FAILED if isinstance(problem, RuntimeError) else problem.body())
    assert "[DONE]" not in answer.events
    assert _text(answer.chunks[-2]) == "One"
    assert answer.is_whole


WAITING, UNDER_WAY = [FOREVER], [*said("One", finish=None), FOREVER]


@BOTH
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("script", [WAITING, UNDER_WAY], ids=["waiting", "under way"])
def test_a_client_that_leaves_ends_the_work_at_once(path: str, body: Any, stream: bool, script: Any) -> None:
    engine = FakeEngine(script)
    shows_text = stream and script is UNDER_WAY

    async def scenario() -> Answer:
        door = await open_door(engine)
        body_now = body | {"stream": stream}
        return await call(door, "POST", path, body_now, leaves=lambda answer: _can_leave(engine, answer, shows_text))

    answer = asyncio.run(asyncio.wait_for(scenario(), 10))

    assert engine.running == 0
    assert bool(answer.parts) == shows_text
    assert not answer.is_whole


def _can_leave(engine: FakeEngine, answer: Answer, shows_text: bool) -> bool:
    return bool(engine.running) and (bool(answer.parts) or not shows_text)


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_ends_each_of_its_prompts(stream: bool) -> None:
    engine = FakeEngine(WAITING)

    async def scenario() -> Answer:
        door, body = await open_door(engine), completion(prompt=["a", "b", "c"], stream=stream)
        return await call(door, "POST", COMPLETIONS, body, leaves=lambda _: engine.running == 3)

    assert asyncio.run(asyncio.wait_for(scenario(), 10)) == Answer()
    assert engine.running == 0


@BOTH
def test_a_server_that_ends_ends_the_work(path: str, body: Any) -> None:
    engine = FakeEngine(WAITING)

    async def scenario() -> None:
        request = asyncio.create_task(call(await open_door(engine), "POST", path, body))
        while not engine.running:
            await asyncio.sleep(0)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        assert engine.running == 0

    asyncio.run(asyncio.wait_for(scenario(), 10))


def test_a_client_that_leaves_within_its_body_asks_nothing_of_the_engine() -> None:
    engine = FakeEngine()

    async def scenario() -> None:
        messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": b'{"model":', "more_body": True}]

        async def receive() -> Any:
            return messages.pop() if len(messages) > 1 else messages[0]

        async def send(_message: Any) -> None:
            pass

        await (await open_door(engine))({"type": "http", "method": "POST", "path": CHAT}, receive, send)

    asyncio.run(asyncio.wait_for(scenario(), 10))

    assert not engine.asks


BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[1]",
    "a text": b'"x"',
    "null": b"null",
    "two objects": b"{}{}",
    "not UTF-8": b'{"model": "\xff"}',
    "half a pair as bytes": b'{"model": "\xed\xa0\x80"}',
    "UTF-16": '{"model": "qwen"}'.encode("utf-16"),
    "NaN": b'{"temperature": NaN}',
    "infinity": b'{"temperature": -Infinity}',
    "a decimal beyond all": b'{"temperature": 1e400}',
    "an integer without end": b'{"n": ' + b"9" * 5000 + b"}",
    "nested": b'{"messages": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "gzip": b"\x1f\x8b\x08\x00",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    answer = asked(FakeEngine(), CHAT, body)

    assert answer.error == (400, "invalid_json", None)


def test_a_body_may_begin_with_a_byte_order_mark_and_a_later_key_counts() -> None:
    body = b'\xef\xbb\xbf{"model": "other", "model": "qwen", "messages": [{"role": "user", "content": "hi"}]}'

    assert asked(FakeEngine(), CHAT, body).status == 200


HALVES = {
    "in a text": (rb'{"model": "qwen", "messages": [{"role": "user", "content": "\ud800"}]}', "messages[0].content"),
    "the second half": (rb'{"model": "qwen", "stop": ["a", "\uDC00!"]}', "stop[1]"),
    "in a name": (rb'{"model": "qwen", "metadata": {"\ud800": 1}}', "metadata"),
    "in the model": (rb'{"model": "\ud83d"}', "model"),
    "the wrong way round": (rb'{"model": "\ude00\ud83d"}', "model"),
}


@pytest.mark.parametrize(("body", "param"), HALVES.values(), ids=HALVES.keys())
def test_half_of_a_surrogate_pair_is_refused_by_its_place(body: bytes, param: str) -> None:
    answer = asked(FakeEngine(), CHAT, body)

    assert answer.error == (400, "invalid_value", param)


def test_a_whole_surrogate_pair_is_a_character() -> None:
    engine = FakeEngine()

    asked(engine, COMPLETIONS, rb'{"model": "qwen", "prompt": "\ud83d\ude00 \u00fc"}')

    assert engine.asks[0].prompt.text == "😀 ü"  # type: ignore[union-attr]


def test_nesting_without_end_is_refused_before_the_engine_is_asked() -> None:
    engine = FakeEngine()
    for depth in (198, 300, 900):
        body = chat(tools=[_nested_tool(depth)])
        answer = asked(engine, CHAT, json.dumps(body).encode())
        assert answer.error == (400, "invalid_value", "tools"), depth
        assert "nested more than 200 levels deep" in answer.json["error"]["message"]

    assert not engine.asks


def test_schemas_of_functions_may_be_nested() -> None:
    for depth in (70, 190):
        assert asked(FakeEngine(), CHAT, chat(tools=[_nested_tool(depth)])).status == 200, depth


def _nested_tool(depth: int) -> Any:
    nested: Any = {}
    for _ in range(depth):
        nested = {"properties": nested}
    return {"type": "function", "function": {"name": "f", "parameters": nested}}


def test_what_names_a_file_is_refused_by_the_rule_for_media() -> None:
    engine = FakeEngine(sees=frozenset({"image"}))

    answer = asked(engine, CHAT, chat(images=["/etc/passwd"]))

    assert answer.error == (400, "media_not_allowed", "images[0]")
    assert not engine.asks


def test_a_rule_that_names_no_place_leaves_the_param_empty() -> None:
    def refuse(_body: Any) -> None:
        raise MediaRefused("", "has a file")

    async def scenario() -> Answer:
        return await call(await open_door(FakeEngine(), refuse), "POST", CHAT, chat())

    assert asyncio.run(scenario()).error == (400, "media_not_allowed", None)


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "/", (404, "unknown_url", None)),
        ("POST", "/v1/chat", (404, "unknown_url", None)),
        ("POST", "/v1/chat/completions/", (404, "unknown_url", None)),
        ("GET", CHAT, (405, "method_not_allowed", None)),
        ("DELETE", COMPLETIONS, (405, "method_not_allowed", None)),
        ("GET", "/v1/models/none", (404, "model_not_found", "model")),
        ("POST", "/v1/models", (405, "method_not_allowed", None)),
        ("DELETE", "/v1/models/qwen", (405, "method_not_allowed", None)),
        ("POST", "/health", (405, "method_not_allowed", None)),
    ],
)
def test_a_path_or_method_that_is_not_there_is_told(method: str, path: str, error: Any) -> None:
    answer = asked(FakeEngine(), path, chat(), method)

    assert answer.error == error
    assert answer.headers.get(b"allow") == (None if error[0] != 405 else b"POST" if "completions" in path else b"GET")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_health_is_503_until_the_model_is_loaded_and_has_no_body(method: str) -> None:
    async def scenario() -> list[tuple[int, bytes]]:
        engine = FakeEngine()
        doors = [make_door(engine), await open_door(engine)]
        return [(answer.status, answer.content) for answer in [await call(door, method, "/health") for door in doors]]

    assert asyncio.run(scenario()) == [(503, b""), (200, b"")]


def test_a_request_while_the_model_is_loaded_is_told_to_come_again() -> None:
    answer = asyncio.run(call(make_door(FakeEngine()), "POST", CHAT, chat()))

    assert answer.error == (503, "model_not_loaded", None)
    assert answer.json["error"]["type"] == "server_error"


def test_the_model_is_loaded_once_when_the_server_starts() -> None:
    opened = []

    async def scenario() -> None:
        messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive() -> Any:
            return next(messages)

        async def send(message: Any) -> None:
            opened.append(message["type"])

        def open_routes() -> Any:
            opened.append("open")

        await Door(open_routes, lambda _: None, MediaRefused)({"type": "lifespan"}, receive, send)

    asyncio.run(scenario())

    assert opened == ["open", "lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_model_that_cannot_be_served_ends_the_server() -> None:
    """uvicorn takes an exception there for an application without a beginning, and would go on without the model."""
    told = []

    async def receive() -> Any:
        return {"type": "lifespan.startup"}

    async def send(message: Any) -> None:
        told.append(message)

    def open_routes() -> Any:
        raise ValueError("it would rank nothing")

    asyncio.run(Door(open_routes, lambda _: None, MediaRefused)({"type": "lifespan"}, receive, send))

    assert told == [{"type": "lifespan.startup.failed", "message": "it would rank nothing"}]


def test_a_websocket_is_closed() -> None:
    sent = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    asyncio.run(make_door(FakeEngine())({"type": "websocket", "path": CHAT}, receive, send))

    assert sent == [{"type": "websocket.close", "code": 1008}]


def _text(chunk: Any) -> str:
    """Of the first choice of a chunk of either kind."""
    choice = chunk["choices"][0]
    return choice["text"] if "text" in choice else choice["delta"].get("content") or ""
