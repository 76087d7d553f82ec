"""The OpenAPI document: valid, whole, and true. (Each answer in these tests is held to it by the test client.)"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests import bodies
from tests.integration.api.expect import TRAINING, expect_problem

pytestmark = pytest.mark.integration

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert (response.status_code, response.content_type) == (200, "application/json")
    found: dict[str, Any] = response.json
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            yield path, method, item[method]


def answer_of(document: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    name = answer.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["responses"][name] if name else answer
    return found


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_endpoint_is_in_it(app: Flask, document: dict[str, Any]) -> None:
    # The manual's pages and Prometheus's text are no part of the JSON API.
    left_out = {"manual", "metrics"}
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] not in left_out}

    assert {re.sub(r"<\w+:(\w+)>", r"{\1}", rule) for rule in rules} == set(document["paths"])


def test_every_operation_says_what_it_does_and_what_comes_back(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        assert operation["summary"], (method, path)
        assert operation["tags"], (method, path)
        done = [status for status in operation["responses"] if status.startswith("2") and status != "206"]
        assert len(done) == 1, (method, path)
        assert done == ["204"] or "content" in operation["responses"][done[0]], (method, path)


def test_every_operation_shows_the_errors_that_all_can_answer(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        answers = set(operation["responses"])
        if not path.startswith("/api/v1"):
            assert operation["security"] == []
            continue
        assert {"401", "503"} <= answers, (method, path)
        assert method == "get" or {"400", "413", "415"} <= answers or method == "delete", (method, path)
        assert "{job_id}" not in path or "404" in answers, (method, path)
        assert "requestBody" not in operation or "422" in answers, (method, path)
        assert "security" not in operation


def test_errors_are_problems(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status.startswith(("2", "3")) or (path, status) == (f"{TRAINING}/health", "503"):
                continue
            assert list(answer_of(document, answer)["content"]) == ["application/problem+json"], (method, path, status)


def test_a_key_is_asked_for_in_either_header(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]

    assert document["security"] == [{"bearer": []}, {"x_api_key": []}]
    assert (schemes["bearer"]["scheme"], schemes["x_api_key"]["name"]) == ("bearer", "X-API-Key")


def test_a_new_job_has_examples_of_both_kinds_that_are_accepted_as_printed(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    content = document["paths"][f"{TRAINING}/jobs"]["post"]["requestBody"]["content"]["application/json"]
    bodies = [example["value"] for example in content["examples"].values()]

    assert {body.get("task_type") for body in bodies} >= {"llm", "mllm"}
    for body in bodies:
        response = client.post(f"{TRAINING}/jobs", json=body)
        assert response.status_code == 201, response.text


@pytest.mark.parametrize(
    "changes",
    [
        {"priority": 11},
        {"priority": "5"},
        {"gpus": 0},
        {"task_type": "vision"},
        {"data_path": ""},
        {"output_dir": "a\nb"},
        {"job_id": "a b"},
        {"llm_params": {"lora_rank": 0}},
        {"llm_params": {"colour": "blue"}},
        {"metadata": {str(number): 1 for number in range(65)}},
        {"colour": "blue"},
    ],
)
def test_what_the_document_forbids_is_refused(
    client: FlaskClient, document: dict[str, Any], changes: dict[str, Any]
) -> None:
    schema = {"$ref": "#/components/schemas/NewJob", "components": document["components"]}
    assert OAS31Validator(schema).is_valid(bodies.training())
    assert not OAS31Validator(schema).is_valid(bodies.training(**changes))

    expect_problem(client.post(f"{TRAINING}/jobs", json=bodies.training(**changes)), 422, "invalid_input")
