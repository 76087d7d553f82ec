"""A test client that holds every answer to the OpenAPI document, so that each test of an endpoint tests both."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse


class ConformingClient(FlaskClient):
    """Fails on an answer whose status, media type or body the document does not show."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        operation = operation_of(self.application, response)
        if operation is not None:
            _check(self.application.extensions["openapi_document"], operation, response)
        return response


def operation_of(app: Flask, response: TestResponse) -> dict[str, Any] | None:
    """The operation that answered; None for pages and for paths and methods that are not there."""
    request = response.request
    method = "GET" if request.method == "HEAD" else request.method
    try:
        rule, _ = app.url_map.bind("localhost").match(request.path, method, return_rule=True)
    except (HTTPException, MethodNotAllowed, RequestRedirect):
        return None
    path = re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule)
    item = app.extensions["openapi_document"]["paths"].get(path, {})
    assert item or not path.startswith("/api/"), f"{path} is not documented"
    found: dict[str, Any] | None = item.get(method.lower())
    return found


def _check(document: dict[str, Any], operation: dict[str, Any], response: TestResponse) -> None:
    where = f"{response.request.method} {response.request.path} -> {response.status_code}"
    answer = operation["responses"].get(str(response.status_code))
    assert answer is not None, f"{where} is not documented"
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    if "content" not in answer:
        assert response.data == b"", f"{where} has a body that is not documented"
        return
    assert response.mimetype in answer["content"], f"{where} is {response.mimetype}"
    if response.request.method == "HEAD" or not response.is_json:
        return
    schema = {**answer["content"][response.mimetype]["schema"], "components": _closed(document["components"])}
    problems = [
        f"{list(error.absolute_path)}: {error.message}" for error in OAS31Validator(schema).iter_errors(response.json)
    ]
    assert problems == [], f"{where}: {problems}"


def _closed(components: dict[str, Any]) -> dict[str, Any]:
    """Clients are told that answers may grow; here, a field that is not documented is a mistake."""
    schemas = components["schemas"].items()
    return {**components, "schemas": {name: {"additionalProperties": False, **schema} for name, schema in schemas}}
