"""Errors in OpenAI's shape, as openai-python reads them."""

from typing import Any

import httpx2
import openai
import pytest

from common.swift.programs.serving import errors
from common.swift.programs.serving.errors import ApiError

INVALID, SERVER = "invalid_request_error", "server_error"
ERRORS: list[tuple[ApiError, int, str, str | None, str | None, type[openai.APIStatusError]]] = [
    (errors.not_json("x"), 400, INVALID, "invalid_json", None, openai.BadRequestError),
    (errors.missing("model"), 400, INVALID, "missing_required_parameter", "model", openai.BadRequestError),
    (errors.wrong_type("n", "a", "b"), 400, INVALID, "invalid_type", "n", openai.BadRequestError),
    (errors.wrong_value("n", "why"), 400, INVALID, "invalid_value", "n", openai.BadRequestError),
    (errors.unknown_parameter("m"), 400, INVALID, "unknown_parameter", "m", openai.BadRequestError),
    (errors.unsupported_parameter("n", "is"), 400, INVALID, "unsupported_parameter", "n", openai.BadRequestError),
    (errors.unsupported_value("n", "is"), 400, INVALID, "unsupported_value", "n", openai.BadRequestError),
    (errors.context_length_exceeded(8, 9), 400, INVALID, "context_length_exceeded", "messages", openai.BadRequestError),
    (
        errors.media_not_allowed("m", "images[0]"),
        400,
        INVALID,
        "media_not_allowed",
        "images[0]",
        openai.BadRequestError,
    ),
    (errors.model_not_found("m"), 404, INVALID, "model_not_found", "model", openai.NotFoundError),
    (errors.no_such_path("GET", "/"), 404, INVALID, "unknown_url", None, openai.NotFoundError),
    (errors.method_not_allowed("GET", "/", "POST"), 405, INVALID, "method_not_allowed", None, openai.APIStatusError),
    (errors.failed(), 500, SERVER, "internal_error", None, openai.InternalServerError),
]


@pytest.mark.parametrize(
    ("error", "wanted", "raised"), [(error, tuple(wanted), raised) for error, *wanted, raised in ERRORS]
)
def test_an_error_is_what_openais_client_makes_of_it(
    error: ApiError, wanted: tuple[Any, ...], raised: type[openai.APIStatusError]
) -> None:
    client = openai.OpenAI(api_key="x", base_url="http://server/v1", max_retries=0, http_client=_answers(error))

    with pytest.raises(openai.APIStatusError) as caught:
        client.models.list()

    seen = caught.value
    assert type(seen) is raised
    assert (seen.status_code, seen.type, seen.code, seen.param) == wanted
    assert error.body()["error"].keys() == {"message", "type", "param", "code"}


def test_what_a_client_sent_is_not_sent_back_without_end() -> None:
    long = "x" * 100_000

    for error in (errors.model_not_found(long), errors.no_such_path("GET", long), errors.unknown_parameter(long[:80])):
        assert len(error.message) < 400


def _answers(error: ApiError) -> httpx2.Client:
    return httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(error.status, json=error.body())))
