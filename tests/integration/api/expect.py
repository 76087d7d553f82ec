"""What every error answer has to look like."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

TRAINING = "/api/v1/training"

PROBLEM_FIELDS = {
    "type": str,
    "title": str,
    "status": int,
    "detail": str,
    "code": str,
    "instance": str,
    "request_id": str,
    "errors": list,
    "error": str,
    "status_code": int,
    "path": str,
}


def operations(app: Flask) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of everything the document shows below the API's prefix."""
    for path, item in app.extensions["openapi_document"]["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item and path.startswith("/api/v1/"):
                yield method.upper(), path, item[method]


def expect_problem(response: TestResponse, status: int, code: str | None = None) -> dict[str, Any]:
    """The body of an error answer, after checking its status and everything that all of them share."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    body = response.get_json(force=True)
    assert {name: type(body[name]) for name in PROBLEM_FIELDS} == PROBLEM_FIELDS
    assert (body["status"], body["status_code"]) == (status, status)
    assert body["request_id"] == response.headers["X-Request-Id"] != ""
    assert body["error"] == body["detail"] != ""
    assert body["instance"] == body["path"]
    for error in body["errors"]:
        assert set(error) == {"field", "message", "code"}
    assert "Traceback" not in response.text
    assert '.py"' not in response.text
    if code is not None:
        assert body["code"] == code
    return body


def fields_of(problem: dict[str, Any]) -> list[str]:
    return [error["field"] for error in problem["errors"]]
