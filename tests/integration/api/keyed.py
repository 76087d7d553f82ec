"""Asking an API that wants keys."""

from typing import Any

from flask.testing import FlaskClient

BOOTSTRAP = "a-key-of-more-than-sixteen-characters"
KEYS = "/api/v1/keys"


def with_key(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def make_key(client: FlaskClient, name: str = "ci", scope: str = "write", **changes: Any) -> dict[str, Any]:
    """A fresh key's answer."""
    body = {"name": name, "scope": scope, **changes}
    answer = client.post(KEYS, json=body, headers=with_key(BOOTSTRAP))
    assert answer.status_code == 201, answer.text
    return dict(answer.json)
