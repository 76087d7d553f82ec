"""Query parameters that an endpoint does not have, or has once, are refused or named as ignored, by every operation."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.edge.queries import LENIENT, is_lenient
from common.store import Store
from tests import bodies
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING, expect_problem, fields_of, operations
from tests.integration.api.submitting import submit

pytestmark = pytest.mark.integration

IGNORED = "the query parameter {} is none of this endpoint's: it was ignored"
COUNTED = "the query parameter {} was sent more than once: the first, {}, counted"


def filled(path: str) -> str:
    return path.format(job_id="one", name="ghost", dataset="ghost", node="ghost", key_id="ghost")


def of_the_query(operation: dict[str, Any], item: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The schemas of its parameters, by name."""
    parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
    return {parameter["name"]: parameter["schema"] for parameter in parameters if parameter["in"] == "query"}


def fit_value(schema: dict[str, Any]) -> str:
    if schema.get("default") is not None:
        return str(schema["default"])
    return str(schema["enum"][0] if "enum" in schema else schema.get("minimum", "0-0"))


def test_what_no_operation_has_is_refused_by_name_or_named_as_ignored(
    app: Flask, client: FlaskClient, dump: Dump
) -> None:
    submit(client)
    before = dump()

    for method, path, _ in operations(app):
        answer = client.open(f"{filled(path)}?no_such=1", method=method)

        if method == "GET" and is_lenient(path):
            assert answer.status_code in {200, 404, 503}, (path, answer.text)
            ignored = answer.json.get("notes", []) if answer.mimetype == "application/json" else None
            assert ignored in (None, [IGNORED.format("no_such")]), path
        else:
            assert fields_of(expect_problem(answer, 422, "invalid_input")) == ["no_such"], (method, path)
    assert dump() == before


def test_what_is_sent_more_than_once_is_refused_by_name_or_said_which_one_counted(
    app: Flask, client: FlaskClient, dump: Dump
) -> None:
    submit(client)
    before, document, told = dump(), app.extensions["openapi_document"]["paths"], set()

    for method, path, operation in operations(app):
        for name, schema in of_the_query(operation, document[path]).items():
            fit = fit_value(schema)
            answer = client.open(filled(path), method=method, query_string={name: [fit, "no such value"]})

            if method == "GET" and is_lenient(path):
                if name == "cursor":  # which there are is known to the list alone
                    continue
                assert answer.status_code == 200, (path, name, answer.text)
                assert answer.json["notes"] == [COUNTED.format(name, f"{name}={fit}")], path
                told.add(name)
            else:
                problem = expect_problem(answer, 422, "invalid_input")
                once = {"field": name, "message": "sent more than once", "code": "invalid"}
                assert problem["errors"] == [once], (method, path)
    assert {"status", "limit", "wait", "trainer_type"} <= told
    assert dump() == before


def test_what_is_documented_as_a_list_may_be_sent_more_than_once(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = app.extensions["openapi_document"]["paths"]["/api/v1/audit"]["get"]["parameters"]
    [limit] = [each for each in parameters if each["name"] == "limit"]
    monkeypatch.setitem(limit, "schema", {"type": ["array", "null"], "items": {"type": "integer"}})

    assert client.get("/api/v1/audit?limit=1&limit=7").status_code == 200


def test_what_is_unknown_and_what_is_sent_more_than_once_are_named_together(client: FlaskClient) -> None:
    query = "status=failed&color=red&status=running&color=blue"

    refused = client.get(f"/api/v1/deploy/jobs?{query}")
    noted = client.get(f"{TRAINING}/jobs?{query}")

    assert fields_of(expect_problem(refused, 422)) == ["color", "status"]
    assert noted.json["notes"] == [IGNORED.format("color"), COUNTED.format("status", "status=failed")]


def test_the_first_counts_as_is_said(client: FlaskClient) -> None:
    for job_id in ("one", "two"):
        submit(client, job_id, output_dir=f"output/{job_id}")

    answer = client.get(f"{TRAINING}/jobs?size=1&size=5", headers={"Accept-Language": "zh"})

    assert len(answer.json["jobs"]) == 1
    assert answer.json["notes"] == ["查询参数 size 重复发送，以第一个 size=1 为准"]


def test_a_long_value_that_counted_is_told_in_short(client: FlaskClient) -> None:
    answer = client.get(f"{TRAINING}/queue?limit={'0' * 500}1&limit=2")

    assert answer.json["notes"] == [COUNTED.format("limit", f"limit={'0' * 80}")]


def test_what_the_document_shows_is_never_refused_nor_called_ignored(app: Flask, client: FlaskClient) -> None:
    submit(client)
    document = app.extensions["openapi_document"]["paths"]

    for method, path, operation in operations(app):
        names = of_the_query(operation, document[path])
        answer = client.open(filled(path), method=method, query_string=dict.fromkeys(names, ""))

        assert "no such query parameter" not in answer.text, (method, path)
        assert "it was ignored" not in answer.text, (method, path)


@pytest.mark.parametrize("query", ["logs?limit=5&offset=0&attempt=1&wait=0", "events?limit=5&after=0-0&wait=0"])
def test_what_a_feed_takes_beside_its_headers_is_in_the_document(client: FlaskClient, query: str) -> None:
    submit(client)

    answer = client.get(f"{TRAINING}/jobs/one/{query}")

    assert (answer.status_code, answer.json.get("notes")) == (200, None)


def test_all_that_takes_anything_is_there(app: Flask) -> None:
    lenient = {path for method, path, _ in operations(app) if method == "GET" and is_lenient(path)}

    assert len(lenient) == len(LENIENT)


def test_a_name_that_was_misspelt_is_told_with_the_right_one(client: FlaskClient) -> None:
    answer = client.get("/api/v1/deploy/jobs?stauts=running&color=red")

    assert expect_problem(answer, 422)["errors"] == [
        {
            "field": "color",
            "message": "no such query parameter; there are cursor, page, size, status",
            "code": "invalid",
        },
        {"field": "stauts", "message": "no such query parameter; did you mean status?", "code": "invalid"},
    ]


def test_notes_are_told_in_the_language_of_the_answer(client: FlaskClient) -> None:
    answer = client.get(f"{TRAINING}/jobs?user=me", headers={"Accept-Language": "zh"})

    assert answer.json["notes"] == ["该接口没有查询参数 user，已忽略"]
    assert answer.json["jobs"] == []


def test_an_answer_that_says_unhealthy_names_what_it_ignored(client: FlaskClient) -> None:
    answer = client.get(f"{TRAINING}/health?verbose=1")

    assert answer.json["notes"] == [IGNORED.format("verbose")]


def test_a_stream_cannot_tell_and_refuses(client: FlaskClient) -> None:
    submit(client)

    answer = client.get(f"{TRAINING}/jobs/one/logs?tail=5&limit=1&limit=2", headers={"Accept": "text/event-stream"})

    assert fields_of(expect_problem(answer, 422)) == ["limit", "tail"]


def test_a_job_is_not_made_from_what_was_asked_for_otherwise(client: FlaskClient, store: Store) -> None:
    answer = client.post(f"{TRAINING}/jobs?priority=9", json=bodies.training())

    assert fields_of(expect_problem(answer, 422)) == ["priority"]
    assert store.listings.all_ids() == []


def test_a_preflight_repeats_the_query_and_is_answered(client: FlaskClient) -> None:
    answer = client.options("/api/v1/deploy/jobs?stauts=running")

    assert answer.status_code in {200, 204}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/info", "/", "/docs", "/openapi.json", "/metrics"])
def test_pages_and_probes_take_what_tools_add(client: FlaskClient, path: str) -> None:
    assert client.get(f"{path}?v=1&v=2").status_code != 422


def test_a_flood_of_names_is_answered_in_short(client: FlaskClient) -> None:
    names = "&".join(f"{'n' * 200}{number}=1" for number in range(500))

    problem = expect_problem(client.get(f"/api/v1/nodes?{names}"), 422)

    assert len(problem["errors"]) <= 20
    assert all(len(name) <= 80 for name in fields_of(problem))
