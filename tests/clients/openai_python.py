"""Asks through OpenAI's client for Python: `python openai_python.py URL KEY`; see __init__.py."""

import inspect
import sys
from collections.abc import Callable
from typing import Any

import openai
from lines import serve
from openai.lib.responses_tool_runner import RegisteredFunction, ResponsesToolRunner
from pydantic import BaseModel


class City(BaseModel):
    """What `parse` asks for."""

    city: str
    degrees: int


def main(url: str, key: str) -> None:
    http = openai.DefaultHttpxClient(trust_env=False)
    with openai.OpenAI(base_url=url, api_key=key, max_retries=0, http_client=http) as client:
        serve(VERBS, lambda other: client.with_options(api_key=other) if other else client)


def chat(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    return _whole(client.chat.completions.with_raw_response.create, body)


def completion(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    return _whole(client.completions.with_raw_response.create, body)


def embeddings(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    """The vectors as the client gives them: it asks for base64, unless it is told otherwise."""
    answer = client.embeddings.create(**_arguments(client.embeddings.create, body))
    return {"answer": answer.to_dict(mode="json")}


def response(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    return _whole(client.responses.with_raw_response.create, body)


def models(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    return {"answer": client.models.with_raw_response.list(**body).http_response.json()}


def stream(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    return _chunks(client.chat.completions.create, body)


def completion_stream(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    return _chunks(client.completions.create, body)


def response_stream(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    return _chunks(client.responses.create, body)


def parse(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    """The client's own structured output."""
    parsed = client.chat.completions.parse(response_format=City, **body).choices[0].message.parsed
    return {"parsed": parsed and parsed.model_dump()}


def leave(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    """Read a few chunks of a stream and go."""
    with client.chat.completions.create(stream=True, **body) as chunks:
        return {"read": [next(chunks).to_dict(mode="json") for _ in range(5)]}


def agent(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    """The loop that people write: ask, run what is called, say what came of it, until nothing is called."""
    ran: list[Any] = []
    tool = openai.pydantic_function_tool(Weather, name="get_weather")
    while True:
        message = client.chat.completions.parse(tools=[tool], **body).choices[0].message
        body["messages"].append(message)
        for call in message.tool_calls or []:
            asked: Any = call.function.parsed_arguments
            ran.append(asked.model_dump())
            body["messages"].append({"role": "tool", "tool_call_id": call.id, "content": "sunny"})
        if not message.tool_calls:
            return {"text": message.content, "ran": ran}


class Weather(BaseModel):
    """Tells the weather in a city."""

    city: str


def agent_of_responses(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    """The client's own runner of tools, which asks /v1/responses."""
    ran: list[Any] = []

    def run(asked: Any) -> str:
        ran.append(asked.model_dump())
        return "sunny"

    tool = openai.pydantic_responses_function_tool(Weather, name="get_weather")
    runner = ResponsesToolRunner(functions=[RegisteredFunction.from_tool(tool, execute=run)])
    return {"text": runner.run(client, body).output_text, "ran": ran}


def _whole(create: Callable[..., Any], body: dict[str, Any]) -> dict[str, Any]:
    """As it came, after the client has parsed it."""
    raw = create(**_arguments(create, body))
    raw.parse()
    return {"answer": raw.http_response.json()}


def _chunks(create: Callable[..., Any], body: dict[str, Any]) -> dict[str, Any]:
    with create(stream=True, **_arguments(create, body)) as chunks:
        return {"chunks": [chunk.to_dict(mode="json") for chunk in chunks]}


def _arguments(create: Callable[..., Any], body: dict[str, Any]) -> dict[str, Any]:
    """What the client has no parameter for goes in its `extra_body`."""
    known = inspect.signature(create).parameters
    extra = {name: value for name, value in body.items() if name not in known}
    return {name: value for name, value in body.items() if name in known} | {"extra_body": extra}


VERBS = {verb.__name__: verb for verb in (chat, stream, parse, completion, completion_stream, embeddings, models)}
VERBS |= {verb.__name__: verb for verb in (response, response_stream, leave, agent, agent_of_responses)}

if __name__ == "__main__":
    main(*sys.argv[1:])
