from typing import Any

import pytest

from swift_trainer.sdk import Forbidden, Invalid, NotFound

API = "/api/v1"


@pytest.mark.parametrize(("given", "sent"), [((), None), ((3600,), 3600)])
def test_create_sends_name_scope_and_life(client: Any, service: Any, given: tuple[int, ...], sent: int | None) -> None:
    made = {"key": "st_secret", "record": {"id": "k-1"}}
    service.on("POST", "/keys", (201, made), under=API)

    assert client.keys.create("ci", "write", *given) == made
    assert service.bodies == [{"name": "ci", "scope": "write", "expires_in": sent}]


def test_create_is_not_repeated_because_a_second_key_might_be_made(client: Any, service: Any) -> None:
    service.on("POST", "/keys", (503, {"detail": "away"}), under=API)

    with pytest.raises(Exception, match="away"):
        client.keys.create("ci", "write")

    assert len(service.requests) == 1


def test_list_is_the_keys_alone(client: Any, service: Any) -> None:
    service.on("GET", "/keys", {"keys": [{"id": "k-2"}, {"id": "k-1"}]}, under=API)

    assert client.keys.list() == [{"id": "k-2"}, {"id": "k-1"}]


def test_revoke_names_a_key_by_id_or_name(client: Any, service: Any) -> None:
    service.on("DELETE", "/keys/a%20b", (204, None), under=API)

    assert client.keys.revoke("a b") is None


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_of_dots_reaches_nothing(client: Any, service: Any, name: str) -> None:
    with pytest.raises(ValueError, match="is not a key"):
        client.keys.revoke(name)

    assert service.requests == []


@pytest.mark.parametrize(("status", "error"), [(403, Forbidden), (404, NotFound), (422, Invalid)])
def test_a_refusal_has_its_own_error(client: Any, service: Any, status: int, error: type[Exception]) -> None:
    service.on("DELETE", "/keys/ci", (status, {"detail": "no"}), under=API)

    with pytest.raises(error, match="no"):
        client.keys.revoke("ci")
