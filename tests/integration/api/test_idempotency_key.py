"""Idempotency-Key: the same request makes one job, however often it is sent."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from common.store import Store
from tests import bodies
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING, expect_problem, fields_of

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"


def post(client: FlaskClient, key: str, **changes: object) -> TestResponse:
    return client.post(JOBS, json=bodies.training(**changes), headers={"Idempotency-Key": key})


@pytest.mark.parametrize("key", ["k", "build 7 / 2026", "x" * 255, "schlüssel", '"quoted"', "{}:*?"])
def test_the_same_request_makes_one_job(client: FlaskClient, store: Store, key: str) -> None:
    answers = [post(client, key) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert {answer.json["job_id"] for answer in answers} == {"one"}
    assert store.queue.count() == 1


def test_another_key_makes_another_job(client: FlaskClient, store: Store) -> None:
    assert post(client, "a").json["job_id"] != post(client, "A").json["job_id"]


def test_what_is_spelled_out_or_left_to_its_default_is_the_same_request(client: FlaskClient, store: Store) -> None:
    post(client, "k")

    assert post(client, "k", priority=0, method="sft").json["job_id"] == "one"


def test_another_body_under_the_same_key_is_refused(client: FlaskClient, dump: Dump) -> None:
    post(client, "k")
    before = dump()

    problem = expect_problem(post(client, "k", priority=3), 422, "idempotency_conflict")

    assert problem["job_id"] == "one"
    assert dump() == before


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "x" * 10_000, "a\tb", "a\x7fb"])
def test_a_key_that_is_none_is_refused(client: FlaskClient, dump: Dump, key: str) -> None:
    before = dump()

    problem = expect_problem(post(client, key), 422, "invalid_input")

    assert fields_of(problem) == ["Idempotency-Key"]
    assert dump() == before


def test_a_refused_request_does_not_use_up_its_key(client: FlaskClient) -> None:
    expect_problem(post(client, "k", priority=99), 422)

    assert post(client, "k", priority=9).status_code == 201


def test_the_key_of_a_job_that_was_deleted_since_says_so(client: FlaskClient) -> None:
    post(client, "k")
    client.delete(f"{JOBS}/one")

    problem = expect_problem(post(client, "k"), 409, "state_conflict")

    assert problem["job_id"] == "one"
    assert "deleted" in problem["detail"]


def test_a_taken_id_under_a_key_of_its_own_is_still_taken(client: FlaskClient) -> None:
    post(client, "a", job_id="mine")

    expect_problem(post(client, "b", job_id="mine"), 409, "job_id_taken")
