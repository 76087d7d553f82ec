"""HTTP clients of a stack's API."""

import httpx2

from tests.eventually import PATIENCE_SECONDS

# A kept connection may be closed by the other side, which is idle or killed, in the moment that a request goes out.
FRESH_CONNECTIONS = httpx2.Limits(max_keepalive_connections=0)


def client_of(port: int, part: str) -> httpx2.Client:
    """Of the part `training` or `deploy`."""
    url = f"http://127.0.0.1:{port}/api/v1/{part}"
    return httpx2.Client(base_url=url, timeout=PATIENCE_SECONDS, limits=FRESH_CONNECTIONS)
