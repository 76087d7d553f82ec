"""Every route of the document, by every kind of key, from every kind of page: who gets in, and who does not."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.edge.auth import METRICS_PATH, OPEN_PATHS
from common.settings import Settings
from common.store import Store
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING, expect_problem
from tests.integration.api.keyed import BOOTSTRAP, KEYS, make_key, with_key
from tests.integration.api.submitting import about_one, submit

pytestmark = pytest.mark.integration

HOST = "localhost:8000"
NO_PAGE: list[dict[str, str]] = [{}, {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}]
OWN_PAGE = [
    {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"},
    {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"},
]
FOREIGN_PAGES = [
    {"Origin": "http://evil.example"},
    {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
]
PAGES = [*NO_PAGE, *OWN_PAGE, *FOREIGN_PAGES]
MakeClient = Callable[..., FlaskClient]


@pytest.fixture
def make_client(make_settings: Callable[..., Settings], settings: Settings, store: Store) -> MakeClient:
    def make(**changes: object) -> FlaskClient:
        return create_app(make_settings(RATE_LIMIT="", RATE_LIMIT_FAILED_AUTH="", **changes)).test_client()

    return make


def routes(app: Flask) -> list[tuple[str, str]]:
    """Method and path of all there is, open pages included."""
    methods = ("get", "post", "put", "patch", "delete")
    paths = app.extensions["openapi_document"]["paths"]
    return [(method.upper(), about_one(path)) for path, item in paths.items() for method in methods if method in item]


def is_open(path: str) -> bool:
    return path in OPEN_PATHS


def ask(client: FlaskClient, method: str, path: str, *headers: dict[str, str]) -> TestResponse:
    merged = {"Host": HOST}
    for each in headers:
        merged |= each
    with client.open(path, method=method, headers=merged) as answer:
        answer.get_data()
        return answer


def test_without_a_key_foreign_pages_get_no_answer_and_have_no_effect(client: FlaskClient, dump: Dump) -> None:
    submit(client)
    before = dump()

    for method, path in routes(client.application):
        for page in FOREIGN_PAGES:
            answer = ask(client, method, path, page)
            if is_open(path):
                assert answer.status_code == 200, (method, path, page)
            else:
                expect_problem(answer, 401, "unauthenticated")
            assert "Access-Control-Allow-Origin" not in answer.headers
    assert dump() == before


def test_without_a_key_own_pages_and_scripts_get_in_everywhere(client: FlaskClient) -> None:
    for method, path in routes(client.application):
        for page in (*NO_PAGE, *OWN_PAGE):
            assert ask(client, method, path, page).status_code not in {401, 403}, (method, path, page)


def test_a_link_on_a_foreign_page_may_be_followed(client: FlaskClient) -> None:
    """A navigation: what it shows, its page cannot read."""
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    assert ask(client, "GET", f"{TRAINING}/jobs", link).status_code == 200
    assert ask(client, "POST", f"{TRAINING}/queue/processor/stop", link).status_code == 401


@pytest.mark.parametrize("kind", ["none", "unknown", "revoked", "read", "write", "admin"])
def test_with_keys_it_is_the_key_alone_that_counts(make_client: MakeClient, dump: Dump, kind: str) -> None:
    client = make_client(API_KEY=BOOTSTRAP)
    key = key_of(client, kind)
    before = dump()

    for method, path in routes(client.application):
        seen = {ask(client, method, path, key, page).status_code for page in PAGES}
        if is_open(path):
            assert seen == {200}, (method, path, seen)
        elif kind in {"none", "unknown", "revoked"}:
            assert seen == {401}, (method, path, seen)
        else:
            assert 401 not in seen, (method, path, seen)
            assert (403 in seen) == (seen == {403}) == is_above(kind, method, path), (method, path, seen)
    if kind in {"none", "unknown", "revoked"}:
        assert dump() == before


def key_of(client: FlaskClient, kind: str) -> dict[str, str]:
    if kind == "none":
        return {}
    if kind == "unknown":
        return with_key("st_" + "x" * 60)
    made = make_key(client, scope=kind if kind in {"read", "write", "admin"} else "admin")
    if kind == "revoked":
        assert client.delete(f"{KEYS}/{made['record']['id']}", headers=with_key(BOOTSTRAP)).status_code == 204
    return with_key(made["key"])


def is_above(kind: str, method: str, path: str) -> bool:
    """Whether that is more than a key of that scope may do, told once more, by hand."""
    below = path.removeprefix("/api/v1")
    administers = below.split("/")[1] in {"keys", "audit", "doctor"} or (
        method != "GET"
        and (
            below.startswith("/nodes/")
            or (method, below) in {("DELETE", "/training/jobs"), ("POST", "/system/prune")}
            or below in {"/training/queue/processor/start", "/training/queue/processor/stop"}
        )
    )
    if administers:
        return kind != "admin"
    return kind == "read" and method != "GET"


def test_pages_that_are_named_may_ask_and_read(make_client: MakeClient) -> None:
    client = make_client(CORS_ORIGINS="http://localhost:3000,https://ui.example")

    for method, path in routes(client.application):
        answer = ask(client, method, path, {"Origin": "https://ui.example", "Sec-Fetch-Site": "cross-site"})
        assert answer.status_code != 401, (method, path)
        assert answer.headers["Access-Control-Allow-Origin"] == "https://ui.example"
        if path != METRICS_PATH and not is_open(path):
            assert ask(client, method, path, {"Origin": "https://ui.example.evil"}).status_code == 401


def test_every_path_answers_the_preflight_of_a_named_page_without_a_key(make_client: MakeClient) -> None:
    client = make_client(API_KEY=BOOTSTRAP, CORS_ORIGINS="https://ui.example")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,api-key"}

    for path in {path for _, path in routes(client.application)}:
        named = ask(client, "OPTIONS", path, asked, {"Origin": "https://ui.example"})
        assert (named.status_code, named.headers["Access-Control-Allow-Origin"]) == (204, "https://ui.example")
        assert named.headers["Access-Control-Allow-Headers"] == "authorization,api-key"
        assert "Access-Control-Allow-Origin" not in ask(client, "OPTIONS", path, asked, FOREIGN_PAGES[0]).headers
