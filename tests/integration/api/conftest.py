"""The API's app over the real Redis, asked through Flask's test client."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings
from common.store import Store


@pytest.fixture
def app(settings: Settings, store: Store) -> Iterator[Flask]:
    made = create_app(settings)
    yield made
    made.extensions["swift_trainer"].store.client.close()
    made.extensions["swift_trainer"].celery.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
