"""What clients get: whole answers, streams, usage, errors as the kinds that each client raises, responses, agents."""

import time

import pytest

from tests.e2e.clients.answers import Refused
from tests.e2e.clients.clients import LANG, MODEL, NODE, PYTHON, VECTORS, Client
from tests.e2e.clients.lessons import ANSWERS, ARGUMENTS, COUNT, COUNTED, FUNCTION, NAME, SING, TOOLS, WEATHER, WHO
from tests.e2e.clients.rules import Rules

RULES = Rules()
CLOCK_SECONDS = 60


@RULES.of()
def a_question_is_answered(client: Client) -> None:
    answer = client.chat(WHO)

    assert (answer.text, answer.finish, answer.calls) == (NAME, "stop", [])
    assert answer.usage is not None
    parts = {name: count for name, count in answer.usage.items() if name.endswith("_tokens")}
    assert parts.pop("total_tokens") == sum(parts.values()) > 0


@RULES.of()
def a_stream_says_the_same(client: Client) -> None:
    answer = client.stream(COUNT)

    assert (answer.text, answer.finish) == (COUNTED, "stop")


@RULES.of(PYTHON, NODE)
def a_stream_comes_in_pieces_and_names_its_role_once(client: Client) -> None:
    deltas = [choice["delta"] for chunk in client.stream(COUNT).raw for choice in chunk["choices"]]

    assert [delta.get("role") for delta in deltas] == ["assistant", *[None] * (len(deltas) - 1)]
    assert len([delta for delta in deltas if delta.get("content")]) > 5


@RULES.of()
def a_long_answer_ends_with_length(client: Client) -> None:
    assert client.chat(SING, max_tokens=5).finish == client.stream(SING, max_tokens=5).finish == "length"


@RULES.of()
def a_call_ends_with_tool_calls(client: Client) -> None:
    for ask in (client.chat, client.stream):
        answer = ask(WEATHER, tools=TOOLS)
        assert (answer.calls, answer.finish, answer.text) == ([(FUNCTION, ARGUMENTS)], "tool_calls", "")


@RULES.of(PYTHON, NODE)
def usage_of_a_stream_is_the_last_chunk_where_it_is_asked_for(client: Client) -> None:
    answer = client.stream(WHO, stream_options={"include_usage": True})

    *others, last = answer.raw
    assert (last["choices"], [chunk["usage"] for chunk in others]) == ([], [None] * len(others))
    assert last["usage"] == client.chat(WHO).raw[0]["usage"]


@RULES.of(PYTHON, NODE)
def usage_of_a_stream_is_nowhere_else(client: Client) -> None:
    for options in ({}, {"stream_options": {"include_usage": False}}):
        assert [chunk for chunk in client.stream(WHO, **options).raw if "usage" in chunk or not chunk["choices"]] == []


@RULES.of(LANG)
def usage_of_a_stream_reaches_langchain_once(client: Client) -> None:
    whole, streamed = client.chat(WHO), client.stream(WHO, stream_options={"include_usage": True})

    assert streamed.usage == whole.usage
    assert client.stream(WHO).usage is None


@RULES.of(PYTHON, NODE)
def an_answer_says_what_it_is(client: Client) -> None:
    one, other, stream = client.chat(WHO).raw[0], client.chat(WHO).raw[0], client.stream(WHO).raw

    assert one["id"] != other["id"]
    assert {chunk["id"] for chunk in stream} == {stream[0]["id"]}
    assert [(part["object"], part["model"]) for part in (one, stream[0])] == [
        ("chat.completion", MODEL),
        ("chat.completion.chunk", MODEL),
    ]
    assert abs(one["created"] - time.time()) < CLOCK_SECONDS
    assert {part["system_fingerprint"] for part in (one, other, *stream)} == {one["system_fingerprint"]}
    assert one["system_fingerprint"].startswith("fp_")


@RULES.of(LANG)
def an_answer_says_what_it_is_to_langchain(client: Client) -> None:
    told = client.chat(WHO).result["told"]

    assert (told["model_name"], told["id"][:9], told["system_fingerprint"][:3]) == (MODEL, "chatcmpl-", "fp_")


@RULES.of()
def a_conversation_that_is_too_long_is_refused(client: Client) -> None:
    for do in ("chat", "stream"):
        refused = client.refusal("too long " * 2000, do)
        assert (refused.status, refused.code, refused.param) == (400, "context_length_exceeded", "messages")
        assert ("ContextOverflowError" if client.name == LANG else "BadRequestError") in refused.classes


@RULES.of()
def a_model_that_nobody_has_is_not_found(client: Client) -> None:
    refused = client.refusal(WHO, model="gpt-4")

    assert (refused.status, refused.code, refused.param) == (404, "model_not_found", "model")
    assert "NotFoundError" in refused.classes


@RULES.of()
def a_wrong_key_is_an_authentication_error(client: Client) -> None:
    refused = client.refusal(WHO, key="wrong")

    assert (refused.status, refused.code) == (401, "invalid_api_key")
    assert "AuthenticationError" in refused.classes


@RULES.of()
def what_is_out_of_range_is_a_bad_request(client: Client) -> None:
    refused = client.refusal(WHO, temperature=3)

    assert (refused.status, refused.kind, refused.param) == (400, "invalid_request_error", "temperature")
    assert "BadRequestError" in refused.classes


@RULES.of()
def vectors_of_a_chat_model_are_refused(client: Client) -> None:
    with pytest.raises(Refused) as caught:
        client.ask("embeddings", model=MODEL, input=["hello"])

    assert (caught.value.status, caught.value.kind) == (400, "invalid_request_error")


@RULES.of(PYTHON, NODE)
def a_text_is_gone_on_with(client: Client) -> None:
    asked = {"model": MODEL, "prompt": ["one two", "the trainer"], "max_tokens": 4, "temperature": 0}

    whole, streamed = client.ask("completion", **asked), client.ask("completion_stream", **asked)
    assert len(whole.choices) == 2
    assert [choice.text for choice in whole.choices] == [choice.text for choice in streamed.choices]
    assert {choice.finish for choice in whole.choices} <= {"stop", "length"}


@RULES.of(PYTHON, NODE)
def the_models_are_listed(client: Client) -> None:
    [listed] = client.ask("models").raw

    assert {model["id"] for model in listed["data"]} == {MODEL, VECTORS}


@RULES.of()
def a_response_is_made(client: Client) -> None:
    answer = client.ask("response", model=MODEL, input=WHO, temperature=0)

    if client.name == LANG:
        assert answer.text == NAME
        return
    [made] = answer.raw
    [message] = made["output"]
    assert [(part["type"], part["text"]) for part in message["content"]] == [("output_text", NAME)]
    assert (made["object"], made["status"], made["id"][:5]) == ("response", "completed", "resp_")


@RULES.of()
def a_response_is_streamed(client: Client) -> None:
    answer = client.ask("response_stream", model=MODEL, input=WHO, temperature=0)

    if client.name == LANG:
        assert answer.text == NAME
        return
    kinds = [event["type"] for event in answer.raw]
    assert (kinds[0], kinds[1], kinds[-1]) == ("response.created", "response.in_progress", "response.completed")
    assert [event["sequence_number"] for event in answer.raw] == list(range(len(kinds)))
    deltas = [event["delta"] for event in answer.raw if event["type"] == "response.output_text.delta"]
    assert ("".join(deltas), len(deltas) > 1) == (NAME, True)


@RULES.of()
def an_agent_calls_and_answers(client: Client) -> None:
    """Each client's own loop: two turns, the second with what the function said."""
    answer = client.chat(WEATHER, "agent")

    assert (answer.result["ran"], answer.result["text"]) == ([ARGUMENTS], ANSWERS["sunny"])


@RULES.of(PYTHON)
def an_agent_of_responses_calls_and_answers(client: Client) -> None:
    answer = client.ask("agent_of_responses", model=MODEL, input=WEATHER, temperature=0)

    assert (answer.result["ran"], answer.result["text"]) == ([ARGUMENTS], ANSWERS["sunny"])
