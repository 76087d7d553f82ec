"""What clients may send: each form of OpenAI's is understood, and what is not honoured is refused by its name."""

import base64
import json
from typing import Any

from tests.e2e.clients.clients import LANG, NODE, PYTHON, Client
from tests.e2e.clients.lessons import (
    ANSWERS,
    ARGUMENTS,
    CITY,
    COUNT,
    COUNTED,
    DREAM,
    FUNCTION,
    NAME,
    PARAMETERS,
    TOOLS,
    WEATHER,
    WHO,
)
from tests.e2e.clients.rules import Rules

RULES = Rules()

CALL = {"id": "call_1", "type": "function", "function": {"name": FUNCTION, "arguments": json.dumps(ARGUMENTS)}}
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(64)).decode()
PICTURE = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
YES_OR_NO = {
    "type": "object",
    "properties": {"answer": {"type": "string", "enum": ["yes", "no"]}},
    "required": ["answer"],
    "additionalProperties": False,
}
TIME = {
    "type": "function",
    "function": {
        "name": "get_time",
        "description": "Tells the time.",
        "parameters": {
            "type": "object",
            "properties": {"zone": {"type": "string", "enum": ["UTC", "CET"]}},
            "required": ["zone"],
            "additionalProperties": False,
        },
    },
}


def _after_a_call(said: dict[str, Any], result: str = "rainy") -> list[dict[str, Any]]:
    return [
        {"role": "user", "content": WEATHER},
        {"role": "assistant", "tool_calls": [CALL], **said},
        {"role": "tool", "tool_call_id": "call_1", "content": result},
    ]


@RULES.of()
def content_may_be_null_beside_calls(client: Client) -> None:
    for result, answer in ANSWERS.items():
        assert client.chat(_after_a_call({"content": None}, result), tools=TOOLS).text == answer


@RULES.of(PYTHON, NODE)
def content_may_be_absent_beside_calls(client: Client) -> None:
    assert client.chat(_after_a_call({}), tools=TOOLS).text == ANSWERS["rainy"]


@RULES.of(PYTHON, NODE)
def an_answer_goes_back_as_it_came(client: Client) -> None:
    asked = {"role": "user", "content": WEATHER}
    said = client.chat([asked], tools=TOOLS).raw[0]["choices"][0]["message"]
    result = {"role": "tool", "tool_call_id": said["tool_calls"][0]["id"], "content": "rainy"}

    assert client.chat([asked, said, result], tools=TOOLS).text == ANSWERS["rainy"]


@RULES.of(PYTHON, NODE)
def a_call_whose_arguments_are_broken_can_be_gone_on_from(client: Client) -> None:
    for arguments in ("nope", "{", "null", '{"a":1} trailing', "[1]"):
        broken = {**CALL, "function": {"name": FUNCTION, "arguments": arguments}}
        messages = _after_a_call({"content": None, "tool_calls": [broken]})

        assert client.chat(messages, tools=TOOLS, max_tokens=5).finish in {"stop", "length", "tool_calls"}


@RULES.of(PYTHON, NODE)
def instructions_behind_an_answer_ask_for_the_next_one(client: Client) -> None:
    said = [{"role": "user", "content": WEATHER}, {"role": "assistant", "content": "It rains."}]

    told, asked = ([*said, {"role": role, "content": WHO}] for role in ("system", "user"))
    answers = [client.chat(messages, temperature=0, max_tokens=20).text for messages in (told, asked)]
    assert answers[0] == answers[1]


@RULES.of(PYTHON, NODE)
def a_call_needs_its_result(client: Client) -> None:
    *before, _ = _after_a_call({"content": None})

    assert client.refusal(before, tools=TOOLS).param == "messages[1].tool_calls[0].id"


@RULES.of()
def a_developer_is_heard_as_the_system_is(client: Client) -> None:
    answers = [
        client.chat([{"role": role, "content": "Be brief."}, {"role": "user", "content": WHO}])
        for role in ("developer", "system")
    ]

    assert [answer.text for answer in answers] == [NAME, NAME]


@RULES.of()
def content_may_come_in_parts(client: Client) -> None:
    assert client.chat([{"role": "user", "content": [{"type": "text", "text": WHO}]}]).text == NAME


@RULES.of()
def a_picture_is_refused_by_a_model_of_texts(client: Client) -> None:
    refused = client.refusal([{"role": "user", "content": [{"type": "text", "text": WHO}, PICTURE]}])

    assert (refused.status, refused.kind) == (400, "invalid_request_error")
    assert (refused.param or "").startswith("messages[0].content[1]")


@RULES.of()
def max_completion_tokens_ends_an_answer(client: Client) -> None:
    answer = client.chat(COUNT, max_completion_tokens=3)

    assert answer.finish == "length"
    assert answer.usage is not None
    assert 3 in (answer.usage.get("completion_tokens"), answer.usage.get("output_tokens"))


@RULES.of()
def stop_may_be_a_text(client: Client) -> None:
    answer = client.chat(COUNT, stop=" four")

    assert (answer.text, answer.finish) == ("one two three", "stop")


@RULES.of()
def stop_may_be_several_texts(client: Client) -> None:
    answer = client.chat(COUNT, stop=["nine", " three", "four"])

    assert (answer.text, answer.finish) == ("one two", "stop")


@RULES.of()
def a_stop_is_found_in_a_stream(client: Client) -> None:
    assert client.stream(COUNT, stop="our").text == "one two three f"


@RULES.of()
def n_makes_several_choices(client: Client) -> None:
    answer = client.chat(COUNT, n=3)

    assert [choice.text for choice in answer.choices] == [COUNTED] * 3
    assert {choice.finish for choice in answer.choices} == {"stop"}


@RULES.of(PYTHON, NODE)
def n_makes_several_choices_in_a_stream(client: Client) -> None:
    answer = client.stream(DREAM, n=2, temperature=1, seed=4)

    whole = client.chat(DREAM, n=2, temperature=1, seed=4)
    assert [choice.text for choice in answer.choices] == [choice.text for choice in whole.choices]
    assert [choice.finish for choice in answer.choices] == ["stop", "stop"]


@RULES.of()
def a_seed_repeats_an_answer(client: Client) -> None:
    first, again = ([client.chat(DREAM, temperature=1, seed=seed).text for seed in range(6)] for _ in range(2))

    assert first == again
    assert len(set(first)) > 1, first


@RULES.of()
def logprobs_tell_each_token(client: Client) -> None:
    answer = client.chat(COUNT, logprobs=True, top_logprobs=2, max_tokens=6)

    tokens = answer.choices[0].logprobs
    assert len(tokens) == 6
    assert b"".join(bytes(token["bytes"]) for token in tokens).decode() == answer.text
    for token in tokens:
        likely = [each["logprob"] for each in token["top_logprobs"]]
        assert 0 >= likely[0] >= likely[1]
        assert (token["top_logprobs"][0]["token"], likely[0]) == (token["token"], token["logprob"])


@RULES.of(PYTHON, NODE)
def logprobs_come_in_streams(client: Client) -> None:
    asked = {"logprobs": True, "top_logprobs": 1, "max_tokens": 6}

    whole, streamed = client.chat(COUNT, **asked), client.stream(COUNT, **asked)
    assert streamed.text == whole.text
    assert [token["token"] for token in streamed.choices[0].logprobs] == [
        token["token"] for token in whole.choices[0].logprobs
    ]


@RULES.of()
def top_logprobs_need_logprobs(client: Client) -> None:
    assert client.refusal(COUNT, top_logprobs=2).param == "top_logprobs"


@RULES.of()
def tool_choice_none_calls_nothing(client: Client) -> None:
    answer = client.chat(WEATHER, tools=TOOLS, tool_choice="none", max_tokens=20)

    assert (answer.calls, answer.finish in {"stop", "length"}) == ([], True)


@RULES.of()
def tool_choice_auto_leaves_it_to_the_model(client: Client) -> None:
    answer = client.chat(WEATHER, tools=TOOLS, tool_choice="auto")

    assert (answer.calls, answer.finish) == ([(FUNCTION, ARGUMENTS)], "tool_calls")


@RULES.of()
def tool_choice_required_makes_a_call(client: Client) -> None:
    """Of a model that would say something else."""
    answer = client.chat(WHO, tools=[TIME], tool_choice="required", max_tokens=200)

    [(name, arguments)] = answer.calls
    assert (name, arguments["zone"] in {"UTC", "CET"}) == ("get_time", True)


@RULES.of()
def tool_choice_names_the_function(client: Client) -> None:
    chosen = {"type": "function", "function": {"name": "get_time"}}

    answer = client.chat(WEATHER, tools=[*TOOLS, TIME], tool_choice=chosen, max_tokens=200)
    assert [name for name, _ in answer.calls] == ["get_time"]
    assert answer.finish == "stop"


@RULES.of()
def a_strict_function_is_called_as_its_schema_says(client: Client) -> None:
    """By a model that knows no other city than Paris."""
    [tool] = TOOLS
    towns = {**PARAMETERS, "properties": {"city": {"enum": ["Oslo", "Rome"]}}, "additionalProperties": False}
    strict = {"type": "function", "function": {**tool["function"], "parameters": towns, "strict": True}}

    answer = client.chat(WEATHER, tools=[strict])
    [(name, arguments)] = answer.calls
    assert (name, arguments["city"] in {"Oslo", "Rome"}, answer.finish) == (FUNCTION, True, "tool_calls")


@RULES.of()
def a_tool_choice_of_no_tool_is_refused(client: Client) -> None:
    chosen = {"type": "function", "function": {"name": "get_time"}}

    assert client.refusal(WEATHER, tools=TOOLS, tool_choice=chosen).param == "tool_choice"


@RULES.of()
def json_object_makes_json(client: Client) -> None:
    """Of a question whose answer is none."""
    answer = client.chat(WHO, response_format={"type": "json_object"}, max_tokens=100)

    assert isinstance(json.loads(answer.text), dict), answer.text


@RULES.of()
def json_schema_holds(client: Client) -> None:
    described = {"name": "answer", "schema": YES_OR_NO, "strict": True}

    answer = client.chat(WHO, response_format={"type": "json_schema", "json_schema": described}, max_tokens=60)
    assert json.loads(answer.text)["answer"] in {"yes", "no"}


@RULES.of(PYTHON, NODE)
def a_form_of_answer_that_is_none_is_refused(client: Client) -> None:
    refused = client.refusal(WHO, response_format={"type": "yaml"})

    assert (refused.status, refused.param) == (400, "response_format.type")


@RULES.of()
def structured_output_of_the_client_is_parsed(client: Client) -> None:
    answer = client.chat(CITY, "parse", max_tokens=60)

    assert answer.result["parsed"] == {"city": "Paris", "degrees": 21}


@RULES.of()
def what_is_not_honoured_is_refused_by_name(client: Client) -> None:
    prediction = {"type": "content", "content": "x"}

    refused = client.refusal(WHO, prediction=prediction)
    assert (refused.status, refused.code, refused.param) == (400, "unsupported_parameter", "prediction")
    assert client.chat(WHO, prediction=prediction, drop_params=True).text == NAME


@RULES.of(PYTHON, NODE)
def what_nobody_knows_is_refused_by_name(client: Client) -> None:
    refused = client.refusal(WHO, temprature=1)

    assert (refused.status, refused.code, refused.param) == (400, "unknown_parameter", "temprature")
    assert client.chat(WHO, temprature=1, drop_params=True).text == NAME


@RULES.of(PYTHON, NODE)
def what_nobody_knows_within_a_message_is_refused_by_its_place(client: Client) -> None:
    message = {"role": "user", "content": [{"type": "text", "text": WHO, "font": "bold"}]}

    refused = client.refusal([message])
    assert (refused.status, refused.code, refused.param) == (400, "unknown_parameter", "messages[0].content[0].font")
    assert client.chat([message], drop_params=True).text == NAME


@RULES.of(LANG)
def what_langchain_sends_by_itself_is_understood(client: Client) -> None:
    assert client.chat(WHO, user="somebody", metadata={"of": "somebody"}).text == NAME
