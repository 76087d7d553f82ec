"""OpenAI's own client, unmodified, before the translation; what stands behind it says what it is told to say."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from common.swift.programs.serving.errors import ApiError, failed
from common.swift.programs.serving.responses import ResponseStream, to_chat, to_response

from .chats import CALL, TOKENS, chunk, chunked, whole

TOOLS: Any = [
    {"type": "function", "name": "weather", "strict": True, "parameters": {"type": "object", "properties": {}}},
]


class Answer(BaseModel):
    city: str
    degrees: int


class Door:
    """Takes requests to /v1/responses; `answers` are the chat completions to tell, or their chunks, one for each."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.chats: list[dict[str, Any]] = []
        self.fails_with: ApiError | None = None  # after the chunks

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        assert request.url.path == "/v1/responses"
        try:
            asked = to_chat(json.loads(request.content))
        except ApiError as error:
            return httpx2.Response(error.status, json=error.body())
        self.chats.append(asked.body)
        answer = self.answers.pop(0)
        if not asked.body.get("stream"):
            return httpx2.Response(200, json=to_response(answer, asked.kept))
        events = self._events(answer, ResponseStream(asked.kept))
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=events)

    def _events(self, chunks: Any, stream: ResponseStream) -> Iterator[bytes]:
        pairs = stream.begin()
        for each in chunks:
            pairs += stream.take(each)
        pairs += stream.fail(self.fails_with.body()) if self.fails_with else stream.end()
        for name, event in pairs:
            yield f"event: {name}\ndata: {json.dumps(event)}\n\n".encode()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def client(door: Door) -> Iterator[OpenAI]:
    with OpenAI(
        base_url="http://door/v1",
        api_key="key",
        max_retries=0,
        http_client=httpx2.Client(transport=httpx2.MockTransport(door.handle)),
    ) as client:
        yield client


def test_a_response_has_its_text(client: OpenAI, door: Door) -> None:
    door.answers = [whole("Hello.")]

    response = client.responses.create(model="bot", input="hi", instructions="Be brief.", max_output_tokens=9)

    assert (response.output_text, response.status, response.model) == ("Hello.", "completed", "bot")
    assert response.usage is not None
    assert response.usage.total_tokens == 10
    assert door.chats[0]["max_completion_tokens"] == 9


def test_events_of_a_stream_are_of_the_clients_types(client: OpenAI, door: Door) -> None:
    door.answers = [chunked("Hel", "lo.")]

    events = list(client.responses.create(model="bot", input="hi", stream=True))

    assert all(type(event).__name__.startswith("Response") for event in events)
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "Hello."
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == "Hello."


def test_the_clients_helper_for_streams_gathers_the_answer(client: OpenAI, door: Door) -> None:
    door.answers = [chunked("Look.", reasoning=["h", "m"], calls=[CALL], finish="tool_calls")]

    with client.responses.stream(model="bot", input="hi", tools=TOOLS) as stream:
        snapshots = [event.snapshot for event in stream if event.type == "response.function_call_arguments.delta"]
        final = stream.get_final_response()

    assert snapshots == ['{"city": "Ulm"}']
    assert [item.type for item in final.output] == ["reasoning", "message", "function_call"]
    assert final.output[2].type == "function_call"
    assert final.output[2].parsed_arguments == {"city": "Ulm"}


def test_a_form_is_parsed(client: OpenAI, door: Door) -> None:
    text = '{"city": "Ulm", "degrees": 7}'
    door.answers = [whole(text), chunked(text[:9], text[9:])]

    parsed = client.responses.parse(model="bot", input="hi", text_format=Answer)
    with client.responses.stream(model="bot", input="hi", text_format=Answer) as stream:
        streamed = stream.get_final_response()

    assert parsed.output_parsed == streamed.output_parsed == Answer(city="Ulm", degrees=7)
    assert door.chats[0]["response_format"] == door.chats[1]["response_format"]
    described = door.chats[0]["response_format"]["json_schema"]
    assert (described["name"], described["strict"]) == ("Answer", True)
    assert described["schema"]["required"] == ["city", "degrees"]


def _whole(client: OpenAI, **request: Any) -> Any:
    return client.responses.create(**request)


def _streamed(client: OpenAI, **request: Any) -> Any:
    with client.responses.stream(**request) as stream:
        return stream.get_final_response()


def _parsed(client: OpenAI, **request: Any) -> Any:
    return client.responses.parse(**request)


@pytest.mark.parametrize("ask", [_whole, _streamed, _parsed])
def test_a_call_is_made_and_its_result_is_sent_with_what_came_before(
    ask: Callable[..., Any], client: OpenAI, door: Door
) -> None:
    calls = {"reasoning": "hm", "calls": [CALL], "finish": "tool_calls"}
    door.answers = (
        [chunked("Look.", **calls), chunked("Rain.")]
        if ask is _streamed
        else [
            whole("Look.", **calls),
            whole("Rain."),
        ]
    )
    conversation: list[Any] = [{"role": "user", "content": "The weather in Ulm?"}]

    first = ask(client, model="bot", input=conversation, tools=TOOLS)
    conversation += first.output
    conversation += [
        {"type": "function_call_output", "call_id": item.call_id, "output": "rain"}
        for item in first.output
        if item.type == "function_call"
    ]
    second = ask(client, model="bot", input=conversation, tools=TOOLS)

    assert second.output_text == "Rain."
    assert door.chats[1]["messages"] == [
        {"role": "user", "content": "The weather in Ulm?"},
        {"role": "assistant", "content": [{"type": "text", "text": "Look."}], "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
    ]


def test_log_probabilities_are_told(client: OpenAI, door: Door) -> None:
    door.answers = [whole("Hi", logprobs=TOKENS)]

    response = client.responses.create(
        model="bot", input="hi", include=["message.output_text.logprobs"], top_logprobs=1
    )

    assert response.output[0].type == "message"
    assert response.output[0].content[0].type == "output_text"
    logprobs = response.output[0].content[0].logprobs
    assert logprobs is not None
    assert [(each.token, each.logprob) for each in logprobs] == [("Hi", -0.5)]


def test_an_answer_that_is_cut_off_says_so(client: OpenAI, door: Door) -> None:
    door.answers = [whole("Hel", finish="length"), chunked("Hel", finish="length")]

    response = client.responses.create(model="bot", input="hi")
    *_, last = client.responses.create(model="bot", input="hi", stream=True)

    assert last.type == "response.incomplete"
    for each in (response, last.response):
        assert each.status == "incomplete"
        assert each.incomplete_details is not None
        assert each.incomplete_details.reason == "max_output_tokens"


def test_a_refusal_is_the_clients_own_exception(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="bot", input="hi", previous_response_id="resp_1")

    assert (caught.value.code, caught.value.param) == ("unsupported_parameter", "previous_response_id")


def test_what_the_client_would_have_refused_is_left_out_by_drop_params(client: OpenAI, door: Door) -> None:
    door.answers = [whole("Hi")]

    response = client.responses.create(
        model="bot", input="hi", store=True, reasoning={"effort": "low"}, extra_body={"drop_params": True}
    )

    assert response.output_text == "Hi"


def test_a_failure_in_a_stream_is_told_twice_as_openai_does(client: OpenAI, door: Door) -> None:
    door.answers, door.fails_with = [[chunk(content="Hel")]], failed()

    *_, error, last = client.responses.create(model="bot", input="hi", stream=True)

    assert error.type == "error"
    assert (error.code, error.message) == ("internal_error", failed().message)
    assert last.type == "response.failed"
    assert last.response.error is not None
    assert last.response.error.code == "server_error"
