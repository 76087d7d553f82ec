"""The API's app, as the tests of the rest of the API have it."""

from tests.integration.api.conftest import app, client, openapi_document

__all__ = ["app", "client", "openapi_document"]
