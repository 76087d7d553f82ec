"""The API's app over the real Redis, asked through Flask's test client."""

from collections.abc import Callable, Iterator

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests.integration.api.conforming_client import ConformingClient

Dump = Callable[[], dict[tuple[int, bytes], bytes]]


@pytest.fixture
def app(settings: Settings, store: Store) -> Iterator[Flask]:
    made = create_app(settings)
    made.test_client_class = ConformingClient
    yield made
    made.extensions["swift_trainer"].store.client.close()
    made.extensions["swift_trainer"].celery.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def dump(settings: Settings) -> Iterator[Dump]:
    """Everything that Redis holds, records and broker: equal dumps mean that nothing was changed.

    But for what any request leaves: the audit of it, and the counters of the rate limits.
    """
    dbs = (settings.redis_db, settings.redis_broker_db)
    clients = {db: redis.Redis(unix_socket_path=settings.redis_socket, db=db) for db in dbs}
    yield lambda: {
        (db, key): each.dump(key)
        for db, each in clients.items()
        for key in each.scan_iter(count=1000)
        if not key.startswith((b"st:limits", b"st:audit"))
    }
    for each in clients.values():
        each.close()
