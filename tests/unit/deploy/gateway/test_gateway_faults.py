"""What servers say of their failures, in the shape that OpenAI's clients know."""

import json

import pytest

from deploy.gateway.forwarding.faults import MESSAGE_MAX, is_envelope, refusal_of
from deploy.gateway.forwarding.told_statuses import told_status

PATH = "/v1/chat/completions"


def told(status: int, body: object, path: str = PATH) -> tuple[int, str, str | None, str | None, str]:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    refusal = refusal_of(status, sent, {}, path, "m")
    error = refusal.body()["error"]
    assert is_envelope(json.dumps(refusal.body()).encode())
    return refusal.status.value, error["type"], error["param"], error["code"], error["message"]


MISSING = {"loc": ["body", "messages", 0, "content"], "msg": "Field required", "type": "missing"}
NO_NUMBER = {"loc": ["body", "temperature"], "msg": "Input should be a number", "type": "float"}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"object": "error", "message": "too long"}, (400, "invalid_request_error", None, None, "too long")),
        (
            400,
            {"error": {"message": "n is 0", "type": "BadRequestError", "param": "n", "code": 400}},
            (400, "invalid_request_error", "n", None, "n is 0"),
        ),
        (
            422,
            {"detail": [MISSING, NO_NUMBER]},
            (
                400,
                "invalid_request_error",
                "messages[0].content",
                None,
                "messages[0].content: Field required; temperature: Input should be a number",
            ),
        ),
        (
            422,
            {"detail": [{"loc": ["body", 17], "msg": "JSON decode error"}]},
            (400, "invalid_request_error", None, None, "JSON decode error"),
        ),
        (400, {"detail": "no image here"}, (400, "invalid_request_error", None, None, "no image here")),
        (400, {"error": "bad", "error_type": "x"}, (400, "invalid_request_error", None, None, "bad")),
        (500, b"Internal Server Error", (500, "server_error", None, None, "Internal Server Error")),
        (503, b"", (503, "server_error", None, None, "the replica of the model `m` answered 503 and nothing more")),
        (
            502,
            b"<html><h1>Bad</h1></html>",
            (502, "server_error", None, None, "the replica of the model `m` answered 502 and nothing more"),
        ),
        (
            500,
            {"detail": [7, {"loc": 5}]},
            (500, "server_error", None, None, "the replica of the model `m` answered 500 and nothing more"),
        ),
        (400, {"detail": {"reason": "no room", "limit": 5}}, (400, "invalid_request_error", None, None, "no room")),
        (400, {"error": {"message": ["a", {"msg": "b"}]}}, (400, "invalid_request_error", None, None, "a; b")),
        (400, {"error": {"message": {"detail": "deep"}}}, (400, "invalid_request_error", None, None, "deep")),
        (422, {"detail": ["one", "two"]}, (400, "invalid_request_error", None, None, "one; two")),
        (429, {"message": "busy"}, (429, "requests", None, "rate_limit_exceeded", "busy")),
        (
            400,
            b'event: error\ndata: {"error": {"message": "in a stream"}}\n\n',
            (400, "invalid_request_error", None, None, "in a stream"),
        ),
        (418, {"message": "tea"}, (418, "invalid_request_error", None, None, "tea")),
        (499, {"message": "odd"}, (400, "invalid_request_error", None, None, "odd")),
        (599, {"message": "odder"}, (502, "server_error", None, None, "odder")),
        (
            404,
            {"detail": "Not Found"},
            (404, "invalid_request_error", None, "unknown_url", f"the server of the model `m` does not have {PATH}"),
        ),
        (404, {"message": "no adapter a"}, (404, "invalid_request_error", None, None, "no adapter a")),
    ],
)
def test_every_shape_of_a_failure_is_understood(status, body, expected):
    assert told(status, body) == expected


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages",
        "The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 3000 `inputs` tokens",
        "Input validation error: `inputs` must have less than 1024 tokens. Given: 3000",
        "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
        "Requested token count exceeds the model's maximum context length of 4096 tokens.",
        "the request exceeds the available context size. try increasing it",
        "current length of row(5000) is larger than the max_length(4096).",
    ],
)
@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_what_is_too_long_has_openais_code_whoever_says_it(message, status):
    expected = (400, "invalid_request_error", None, "context_length_exceeded", message)

    assert told(status, {"error": {"message": message, "type": "BadRequestError", "code": 400}}) == expected


@pytest.mark.parametrize("message", ["the context was lost", "max_tokens has to be a number", "maximum of 16 stops"])
def test_not_every_limit_is_that_of_the_context(message):
    assert told(400, {"message": message})[3] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error": {"code": 404, "type": "server_error"}}, 404),
        ({"error": {"code": "429"}}, 429),
        ({"error": {"message": "x"}, "status": 503}, 503),
        ({"object": "error", "code": 400, "type": "NotFoundError"}, 400),
        ({"error": {"type": "NotFoundError", "code": None}}, 404),
        ({"error": {"type": "invalid_request_error", "code": "rate_limit_exceeded"}}, 429),
        ({"error": "x", "error_type": "validation"}, 400),
        ({"error": "x", "error_type": "overloaded"}, 429),
        ({"error": {"type": "InternalServerError"}}, 500),
        ({"type": "error", "code": "server_error"}, 500),
        ({"error": {"code": 200}}, 502),
        ({"error": {"code": True, "type": 7}}, 502),
        ({"error": {"code": "99999"}}, 502),
    ],
)
def test_a_failure_that_is_called_a_success_tells_its_status(body, status):
    assert told_status(body) == status


def test_a_key_that_is_refused_is_the_gateways():
    assert told(401, {"message": "bad key"})[0::3] == (502, "replica_refused_key")


def test_what_is_long_is_cut():
    assert told(400, b"x" * 50_000)[4] == "x" * MESSAGE_MAX
    many = told(422, {"detail": [MISSING] * 9})[4]
    assert many.count("Field required") == 5
    assert many.endswith("; and 4 more")


@pytest.mark.parametrize(
    "body",
    [
        b'{"error":' * 900 + b"1" + b"}" * 900,
        b'{"message":' + b"[" * 900 + b"]" * 900 + b"}",
        b"[" * 100_000,
        b'{"error": {"message": "cut',
        b"\xff\xfe",
        b"null",
        b'"text"',
        b"[1]",
    ],
)
def test_no_body_is_too_strange(body):
    assert told(400, body)[0] == 400


@pytest.mark.parametrize(
    ("change", "is_one"),
    [
        ({}, True),
        ({"param": "n", "code": "context_length_exceeded"}, True),
        ({"more": 1}, True),
        ({"code": 400}, False),
        ({"param": 1}, False),
        ({"type": None}, False),
        ({"message": None}, False),
    ],
)
def test_only_what_clients_can_parse_is_an_envelope(change, is_one):
    error = {"message": "no", "type": "invalid_request_error", "param": None, "code": None} | change

    assert is_envelope(json.dumps({"error": error}).encode()) is is_one
    assert not is_envelope(json.dumps({"error": {"message": "no", "type": "x"}}).encode())
