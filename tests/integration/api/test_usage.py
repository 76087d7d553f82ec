"""What the gateway was asked: an administrator sees every key, anybody else the own one."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings
from common.store import Store
from common.store.traffic import Traffic
from tests.integration.api.keyed import BOOTSTRAP, make_key, with_key

pytestmark = pytest.mark.integration

USAGE = "/api/v1/usage"
AT_MS = 1_800_000_000_000
AT = "2027-01-15T08:00:00.000Z"


@pytest.fixture
def locked(openapi_document: object, app: Flask, make_settings: Callable[..., Settings]) -> FlaskClient:
    """An API that wants keys."""
    keyed = create_app(make_settings(API_KEY=BOOTSTRAP))
    keyed.test_client_class = app.test_client_class
    return keyed.test_client()


def ask(store: Store, key_id: str, model: str, requests: int, errors: int = 0) -> None:
    """So many requests for a model, each of them 2 + 3 tokens and 10 ms."""
    traffic = Traffic(requests, errors, 2 * requests, 3 * requests, 10 * requests, AT_MS)
    store.traffic.add({}, {key_id: traffic}, {(key_id, model): traffic})


def counts(requests: int, errors: int = 0) -> dict[str, object]:
    return {
        "requests": requests,
        "errors": errors,
        "prompt_tokens": 2 * requests,
        "completion_tokens": 3 * requests,
        "mean_milliseconds": 10.0,
        "last_at": AT,
    }


def test_nothing_was_asked_yet(client: FlaskClient) -> None:
    assert client.get(USAGE).json == {"keys": [], "models": []}


def test_an_administrator_sees_all_keys_and_what_each_asked_of_each_model(locked: FlaskClient, store: Store) -> None:
    ci = make_key(locked, "ci", "read")["record"]["id"]
    ask(store, ci, "bot", 4, errors=1)
    ask(store, ci, "eyes", 1)
    ask(store, "api_key", "bot", 2)

    seen = locked.get(USAGE, headers=with_key(BOOTSTRAP)).json

    assert seen == {
        "keys": [
            {
                "key_id": ci,
                "name": "ci",
                **counts(5, 1),
                "models": [{"model": "bot", **counts(4, 1)}, {"model": "eyes", **counts(1)}],
            },
            {"key_id": "api_key", "name": "api_key", **counts(2), "models": [{"model": "bot", **counts(2)}]},
        ],
        "models": [{"model": "bot", **counts(6, 1)}, {"model": "eyes", **counts(1)}],
    }


@pytest.mark.parametrize("scope", ["read", "write"])
def test_others_see_their_own_key_alone(locked: FlaskClient, store: Store, scope: str) -> None:
    made = make_key(locked, "ci", scope)
    ask(store, made["record"]["id"], "bot", 3)
    ask(store, "api_key", "bot", 2)
    ask(store, "api_key", "secret-project", 2)

    seen = locked.get(USAGE, headers=with_key(made["key"])).json

    assert [(each["name"], each["requests"]) for each in seen["keys"]] == [("ci", 3)]
    assert seen["models"] == [{"model": "bot", **counts(3)}]


def test_what_reached_no_model_counts_for_the_key(locked: FlaskClient, store: Store) -> None:
    store.traffic.add({}, {"api_key": Traffic(requests=7, last_at_ms=AT_MS)}, {})

    (seen,) = locked.get(USAGE, headers=with_key(BOOTSTRAP)).json["keys"]

    assert (seen["requests"], seen["mean_milliseconds"], seen["models"]) == (7, 0.0, [])


def test_a_key_that_is_not_kept_any_more_is_shown_without_a_name(locked: FlaskClient, store: Store) -> None:
    ask(store, "k0gone", "bot", 1)

    (seen,) = locked.get(USAGE, headers=with_key(BOOTSTRAP)).json["keys"]

    assert (seen["key_id"], seen["name"]) == ("k0gone", "")


def test_a_key_is_needed(locked: FlaskClient) -> None:
    assert locked.get(USAGE).status_code == 401
