"""The API's app over the real Redis, asked through Flask's test client."""

from collections.abc import Callable, Iterator
from typing import Any

import flask_smorest
import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings, load_settings
from common.store import Store
from tests.integration.api.conforming_client import ConformingClient

Dump = Callable[[], dict[tuple[int, bytes], bytes]]


@pytest.fixture(scope="session")
def openapi_document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The OpenAPI document, made once: it is most of what making an app costs, and the same in each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENVIRONMENT", "test")
        patch.setenv("DATA_DIR", str(tmp_path_factory.mktemp("document")))
        found: dict[str, Any] = create_app(load_settings()).extensions["openapi_document"]
    return found


@pytest.fixture
def app(
    settings: Settings, store: Store, openapi_document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    monkeypatch.setattr(flask_smorest.Blueprint, "register_views_in_doc", lambda *_, **__: None)
    monkeypatch.setattr("api.app.complete", lambda _: openapi_document)
    made = create_app(settings)
    made.test_client_class = ConformingClient
    yield made
    made.extensions["swift_trainer"].store.client.close()
    made.extensions["swift_trainer"].probe.client.close()
    made.extensions["swift_trainer"].celery.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def dump(settings: Settings) -> Iterator[Dump]:
    """Everything that Redis holds, records and broker: equal dumps mean that nothing was changed.

    But for what any request leaves: the audit of it, the counters of the rate limits, and the answers of scripts.
    """
    dbs = (settings.redis_db, settings.redis_broker_db)
    clients = {db: redis.Redis(unix_socket_path=settings.redis_socket, db=db) for db in dbs}
    yield lambda: {
        (db, key): each.dump(key)
        for db, each in clients.items()
        for key in each.scan_iter(count=1000)
        if not key.startswith((b"st:limits", b"st:audit", b"st:answer", b"st:probe"))
    }
    for each in clients.values():
        each.close()
