"""Asks through LangChain, in an environment that has it: `python langchain_python.py URL KEY`; see __init__.py.

An answer is told as LangChain has it, and not as it was sent: `choices` with text, calls, finish and logprobs; usage.
"""

import sys
from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AIMessageChunk, convert_to_messages
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from lines import serve

CITY = {
    "title": "City",
    "description": "A city and how warm it is.",
    "type": "object",
    "properties": {"city": {"type": "string"}, "degrees": {"type": "integer"}},
    "required": ["city", "degrees"],
}


class Connection:
    """Where to ask and as whom; each case has a model of LangChain's, as some of the body are fields of that."""

    def __init__(self, url: str, key: str) -> None:
        self.options = {"base_url": url, "api_key": key, "max_retries": 0}

    def model(self, body: dict[str, Any], **more: Any) -> ChatOpenAI:
        return ChatOpenAI(model=body.pop("model"), **self.options, **more)


def main(url: str, key: str) -> None:
    serve(VERBS, lambda other: Connection(url, other or key))


def chat(connection: Connection, body: dict[str, Any]) -> dict[str, Any]:
    model, messages = connection.model(body, **_extra(body)), body.pop("messages")
    made = model.generate([convert_to_messages(messages)], **body)
    return _told([each.message for each in made.generations[0]])


def stream(connection: Connection, body: dict[str, Any]) -> dict[str, Any]:
    wanted = body.pop("stream_options", {}).get("include_usage", False)
    model, messages = connection.model(body, stream_usage=wanted, **_extra(body)), body.pop("messages")
    return _told([_added(list(model.stream(messages, **body)))])


def response(connection: Connection, body: dict[str, Any]) -> dict[str, Any]:
    model, asked = connection.model(body, use_responses_api=True), body.pop("input")
    return _told([model.invoke(asked, **body)])


def response_stream(connection: Connection, body: dict[str, Any]) -> dict[str, Any]:
    model, asked = connection.model(body, use_responses_api=True), body.pop("input")
    return _told([_added(list(model.stream(asked, **body)))])


def embeddings(connection: Connection, body: dict[str, Any]) -> dict[str, Any]:
    """LangChain would send tokens of OpenAI's own models, unless it is told to send texts."""
    texts = body.pop("input")
    asker = OpenAIEmbeddings(check_embedding_ctx_length=False, **body, **connection.options)
    return {"vectors": asker.embed_documents(texts)}


def parse(connection: Connection, body: dict[str, Any]) -> dict[str, Any]:
    model, messages = connection.model(body), body.pop("messages")
    found = model.with_structured_output(CITY, include_raw=True, **body).invoke(messages)
    return _told([found["raw"]]) | {"parsed": found["parsed"]}


def agent(connection: Connection, body: dict[str, Any]) -> dict[str, Any]:
    """LangChain's own loop."""
    ran: list[Any] = []

    @tool
    def get_weather(city: str) -> str:
        """Tells the weather in a city."""
        ran.append({"city": city})
        return "sunny"

    made = create_agent(connection.model(body, temperature=body["temperature"]), [get_weather])
    return {"text": made.invoke({"messages": body["messages"]})["messages"][-1].text, "ran": ran}


def leave(connection: Connection, body: dict[str, Any]) -> dict[str, Any]:
    model, messages = connection.model(body), body.pop("messages")
    chunks = model.stream(messages, **body)
    read = [next(chunks).text for _ in range(5)]
    chunks.close()
    return {"read": read}


def _extra(body: dict[str, Any]) -> dict[str, Any]:
    """What is no parameter of OpenAI's goes the way that LangChain has for it."""
    extra = {name: body.pop(name) for name in ("drop_params", "top_k", "repetition_penalty") if name in body}
    return {"extra_body": extra} if extra else {}


def _added(chunks: list[AIMessageChunk]) -> AIMessage:
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = whole + chunk
    return whole


def _told(messages: list[AIMessage]) -> dict[str, Any]:
    choices = [
        {
            "text": message.text,
            "calls": [[call["name"], call["args"]] for call in message.tool_calls],
            "finish": message.response_metadata.get("finish_reason"),
            "logprobs": (message.response_metadata.get("logprobs") or {}).get("content"),
        }
        for message in messages
    ]
    first = messages[0]
    return {"choices": choices, "id": first.id, "usage": first.usage_metadata, "told": first.response_metadata}


VERBS = {verb.__name__: verb for verb in (chat, stream, parse, response, response_stream, embeddings, agent, leave)}

if __name__ == "__main__":
    main(*sys.argv[1:])
