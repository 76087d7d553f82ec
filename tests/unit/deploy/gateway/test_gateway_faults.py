"""What servers say of their failures, in the shape that OpenAI's clients know."""

import json

import pytest

from deploy.gateway.forwarding.faults import MESSAGE_MAX, is_envelope, refusal_of

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
        (429, {"message": "busy"}, (429, "requests", None, "rate_limit_exceeded", "busy")),
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


def test_what_is_long_is_cut():
    assert told(400, b"x" * 50_000)[4] == "x" * MESSAGE_MAX
    many = told(422, {"detail": [MISSING] * 9})[4]
    assert many.count("Field required") == 5
    assert many.endswith("; and 4 more")


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"error": {"message": "cut', b"\xff\xfe", b"null", b'"text"', b"[1]"]
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
