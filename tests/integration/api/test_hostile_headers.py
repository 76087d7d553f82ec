"""Headers that no client of ours sends: each is taken for what it says, refused or without effect."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from common.store import Store
from tests import bodies
from tests.builders import make_job
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING, expect_problem, fields_of

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
BOUNDED = settings(max_examples=150)
# What a header may carry through a WSGI server: no line ends, characters of Latin-1.
TEXT = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60)
ODD = ["", "*", '"', '""', ',"",,', "W/", 'W/"1"', '"1"', '"-1"', f'"{"9" * 5000}"', "é" * 3000]
GARBAGE = TEXT | st.sampled_from(ODD)


@pytest.fixture(autouse=True)
def with_a_job(store: Store) -> None:
    store.jobs.submit(make_job("one"), "accepted")


def test_if_match_changes_nothing_unless_it_names_the_revision(client: FlaskClient, dump: Dump) -> None:
    before = dump()

    @BOUNDED
    @given(sent=GARBAGE.filter(lambda text: text.strip() not in {"", "*"} and "1" not in text))
    def patch(sent: str) -> None:
        response = client.patch(f"{JOBS}/one", json={"priority": 9}, headers={"If-Match": sent})

        expect_problem(response, 412, "revision_mismatch")

    patch()
    assert dump() == before


@pytest.mark.parametrize("name", ["If-None-Match", "Accept", "Accept-Language", "Accept-Encoding", "Range", "Cookie"])
def test_garbage_in_a_header_of_a_question_is_no_reason_not_to_answer(client: FlaskClient, name: str) -> None:
    @BOUNDED
    @given(sent=GARBAGE)
    def get(sent: str) -> None:
        response = client.get(f"{JOBS}/one", headers={name: sent})

        assert response.status_code in {200, 304}, response.text

    get()


def test_a_key_against_repetition_is_any_text_but_a_blank_one(client: FlaskClient, dump: Dump) -> None:
    @BOUNDED
    @given(sent=GARBAGE)
    def submit(sent: str) -> None:
        before = dump()

        response = client.post(JOBS, json=bodies.training(model_path=""), headers={"Idempotency-Key": sent})

        expect_problem(response, 422)
        assert dump() == before

    submit()


@pytest.mark.parametrize("sent", ["", "   ", "x" * 256, "a\tb", "a\x7fb"])
def test_a_key_that_is_none_is_refused_and_named(client: FlaskClient, dump: Dump, sent: str) -> None:
    before = dump()

    problem = expect_problem(client.post(JOBS, json=bodies.training(), headers={"Idempotency-Key": sent}), 422)

    assert fields_of(problem) == ["Idempotency-Key"]
    assert dump() == before


@BOUNDED
@given(sent=GARBAGE)
def test_a_request_id_comes_back_only_when_it_is_harmless(client: FlaskClient, sent: str) -> None:
    response = client.get(f"{JOBS}/one", headers={"X-Request-Id": sent})

    assert re.fullmatch(r"[A-Za-z0-9._-]{1,128}", response.headers["X-Request-Id"])


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Host": "localhost"},
        {"Forwarded": "for=127.0.0.1;host=localhost"},
        {"X-Real-Ip": "127.0.0.1", "X-Forwarded-Proto": "https"},
        {"X-Original-Url": "/healthz", "X-Rewrite-Url": "/healthz"},
        {"X-Http-Method-Override": "DELETE"},
    ],
)
def test_nobody_comes_from_this_machine_by_saying_so(client: FlaskClient, headers: dict[str, Any]) -> None:
    response = client.get(JOBS, headers=headers, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    expect_problem(response, 401, "unauthenticated")


def test_no_header_turns_a_question_into_an_order(client: FlaskClient, dump: Dump) -> None:
    before = dump()

    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert client.get(f"{JOBS}/one", headers={name: "DELETE"}).status_code == 200
        assert client.get(f"{JOBS}/one?_method=DELETE").status_code in {200, 422}
    assert dump() == before


def test_a_host_is_never_repeated(client: FlaskClient) -> None:
    for host in ("evil.example", "localhost:99999999", "[::1", "a b", "localhost\\@evil.example", "é", "x" * 5000):
        response = client.get(f"{JOBS}/ghost", headers={"Host": host})

        expect_problem(response, response.status_code)
        assert response.status_code in {400, 401}
        assert "evil" not in response.text
