"""Bodies for every operation that takes one, and odd texts in good jobs: refused, or kept as they were sent."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st

from common.store import Store
from tests import bodies
from tests.builders import make_deployment, make_job
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING, expect_problem
from tests.integration.api.submitting import about_one

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
JSON = "application/json"
TEN_MEGABYTES = 10_000_000
BOUNDED = settings(max_examples=100)
UNFIT = {
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "NaN": b'{"priority": NaN}',
    "infinite": b'{"priority": -Infinity}',
    "too large a number": b'{"priority": 1e400}',
    "too long a number": b'{"priority": ' + b"9" * 100_000 + b"}",
    "half a character": b'{"job_id": "\\ud800"}',
    "not UTF-8": b'{"job_id": "\xff"}',
    "UTF-16": '{"job_id": "a"}'.encode("utf-16"),
    "twice": b'{"priority": 1, "priority": 2}',
    "cut off": b'{"priority": 1',
    "two values": b"{} {}",
    "NUL": b'{"job_id": "a\0"}',
    "a comment": b'{"priority": 1} // high',
}


# Its only field is optional: an empty object says all.
WHOLE_WITHOUT_FIELDS = {("POST", "/api/v1/system/prune")}


@pytest.fixture
def operations(app: Flask) -> list[tuple[str, str]]:
    """Every operation with a body, as (method, path), about a job that there is."""
    document = app.extensions["openapi_document"]["paths"]
    return [
        (method.upper(), about_one(path))
        for path, item in document.items()
        for method in ("post", "put", "patch")
        if "requestBody" in item.get(method, {}) and JSON in item[method]["requestBody"]["content"]
    ]


@pytest.fixture(autouse=True)
def with_a_job(store: Store) -> None:
    store.jobs.submit(make_job("one"), "accepted")
    store.jobs.submit(make_deployment("one~deploy-1"), "accepted")


@pytest.mark.parametrize("kind", UNFIT)
def test_no_operation_takes_what_is_no_json_of_ours(
    client: FlaskClient, operations: list[tuple[str, str]], dump: Dump, kind: str
) -> None:
    before = dump()

    assert len(operations) >= 5
    for method, path in operations:
        expect_problem(client.open(path, method=method, data=UNFIT[kind], content_type=JSON), 400, "malformed_request")
    assert dump() == before


def test_no_operation_reads_ten_megabytes(client: FlaskClient, operations: list[tuple[str, str]], dump: Dump) -> None:
    before = dump()

    for method, path in operations:
        response = client.open(path, method=method, data=b'"' + b"x" * TEN_MEGABYTES + b'"', content_type=JSON)
        expect_problem(response, 413, "body_too_large")
    assert dump() == before


def test_no_value_in_the_place_of_a_body_breaks_an_operation(
    client: FlaskClient, operations: list[tuple[str, str]], dump: Dump
) -> None:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    )

    @BOUNDED
    @given(value=values, operation=st.sampled_from(operations))
    def send(value: Any, operation: tuple[str, str]) -> None:
        method, path = operation
        before = dump()

        response = client.open(path, method=method, data=json.dumps(value), content_type=JSON)

        if value == {} and operation in WHOLE_WITHOUT_FIELDS:
            assert response.status_code == 200
            return
        expect_problem(response, response.status_code)
        # An empty object is a fit body where all of it is optional: what is refused then is the thing itself.
        of_the_thing = {404, 409} if value == {} else set()
        assert response.status_code in {400, 422} | of_the_thing, (operation, value)
        assert dump() == before

    send()


# Texts that JSON and Redis carry, and that consoles, templates and shells take for something else.
ODD = [
    *("\u202e\u2066", "\ufeff", "a\u0000b", "\u200b", "𝔘𝔫𝔦", "🧪" * 20, "é" * 60, "{{7*7}}", "${jndi:x}", "%s%n"),
    *("<script>", "\x1b[2J"),
]
ODD_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(ODD)


def test_an_odd_text_in_a_jobs_metadata_comes_back_as_it_was(client: FlaskClient) -> None:
    @BOUNDED
    @given(found=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), ODD_TEXTS, max_size=4))
    def submit(found: dict[str, str]) -> None:
        answer = client.post(JOBS, json=bodies.training(metadata=found))

        assert answer.status_code == 201, answer.text
        job_id = answer.json["job_id"]
        assert client.get(f"{JOBS}/{job_id}").json["metadata"] == found
        assert client.delete(f"{JOBS}/{job_id}").status_code == 204

    submit()


@pytest.mark.parametrize("field", ["job_id", "task_type", "method", "on_node_lost"])
def test_an_odd_text_in_the_place_of_a_word_is_refused_and_named(client: FlaskClient, dump: Dump, field: str) -> None:
    @BOUNDED
    @example("a_b")  # the same id twice, as chance may have it, too
    @example("a_b")
    @given(text=ODD_TEXTS.filter(lambda text: not (text.isascii() and text.replace("-", "").isalnum())))
    def submit(text: str) -> None:
        before = dump()

        response = client.post(JOBS, json=bodies.training(**{field: text}))

        if response.status_code == 201:  # a job's id may have dots and underlines
            assert (field, text.isascii()) == ("job_id", True)
            assert client.delete(f"{JOBS}/{text}").status_code == 204  # or its id would be taken the next time
            return
        problem = expect_problem(response, 422, "invalid_input")
        assert [error["field"] for error in problem["errors"]] == [field]
        assert dump() == before

    submit()
