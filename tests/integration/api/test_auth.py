"""Who may ask: a key as soon as one is set, and only this machine as long as none is."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.edge.auth import OPEN_PATHS
from common.settings import Settings, SettingsError
from common.store import Store
from tests import bodies
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING, expect_problem, operations
from tests.integration.api.submitting import about_one

pytestmark = pytest.mark.integration

KEY = "a-key-of-more-than-sixteen-characters"
JOBS = f"{TRAINING}/jobs"


@pytest.fixture
def locked(make_settings: Callable[..., Settings], settings: Settings, store: Store) -> FlaskClient:
    """A client of an API that has a key, and takes any number of wrong ones."""
    return create_app(make_settings(API_KEY=KEY, RATE_LIMIT_FAILED_AUTH="")).test_client()


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {KEY}"},
        {"Authorization": f"bearer   {KEY} "},
        {"X-API-Key": KEY},
        {"api-key": KEY},
        {"Authorization": "Bearer ", "api-key": KEY},
    ],
)
def test_the_key_opens(locked: FlaskClient, headers: dict[str, str]) -> None:
    assert locked.get(JOBS, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": f"Bearer {KEY}x"},
        {"Authorization": f"Bearer {KEY[:-1]}"},
        {"Authorization": f"Bearer {KEY.upper()}"},
        {"Authorization": "Bearer \xe9\xff"},
        {"Authorization": f"Bearer wrong, Bearer {KEY}"},
        {"Authorization": "Bearer wrong", "X-API-Key": KEY},
        {"X-API-Key": ""},
        {"X-API-Key": "x" * 10_000},
        {"Cookie": f"api_key={KEY}"},
    ],
)
def test_anything_else_does_not(locked: FlaskClient, dump: Dump, headers: dict[str, str]) -> None:
    before = dump()

    for response in (
        locked.get(JOBS, headers=headers),
        locked.post(JOBS, json=bodies.training(), headers=headers),
        locked.delete(f"{JOBS}/one", headers=headers),
        locked.post(f"{JOBS}/one/stop", headers=headers),
    ):
        problem = expect_problem(response, 401, "unauthenticated")
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert KEY not in response.text
        assert "Authorization: Bearer" in problem["detail"]
    assert dump() == before


def test_a_wrong_key_is_told_apart_from_none(locked: FlaskClient) -> None:
    none = expect_problem(locked.get(JOBS), 401)
    wrong = expect_problem(locked.get(JOBS, headers={"X-API-Key": "wrong"}), 401)

    assert none["detail"] == "send the API key: Authorization: Bearer <key>"
    assert wrong["detail"] == "this API key is not known; send a valid one: Authorization: Bearer <key>"


def test_no_endpoint_is_left_open(locked: FlaskClient, dump: Dump) -> None:
    before = dump()

    for method, path, _ in operations(locked.application):
        expect_problem(locked.open(about_one(path), method=method), 401, "unauthenticated")
    assert dump() == before


def test_the_key_does_not_go_into_the_address(locked: FlaskClient) -> None:
    for name in ("key", "api_key", "access_token", "token"):
        expect_problem(locked.get(f"{JOBS}?{name}={KEY}"), 401, "unauthenticated")


@pytest.mark.parametrize("path", [*sorted(OPEN_PATHS), "/docs/assets/swagger-ui.css", "/docs/own/swagger.js"])
def test_probes_and_the_manual_are_open(locked: FlaskClient, path: str) -> None:
    with locked.get(path) as response:
        assert response.status_code == 200


@pytest.mark.parametrize("path", [f"//{JOBS}", f"/{JOBS}", "/healthz/", "/docsx", "/nowhere", f"{TRAINING}/health"])
def test_nothing_that_only_looks_like_them_is(locked: FlaskClient, path: str) -> None:
    expect_problem(locked.get("/", environ_overrides={"PATH_INFO": path}), 401, "unauthenticated")


def test_no_detour_leads_from_the_manual_to_the_jobs(locked: FlaskClient) -> None:
    for path in (f"/docs/..{JOBS}", f"/docs/%2e%2e{JOBS}", f"/redoc/../..{JOBS}", f"/docs/assets/../..{JOBS}"):
        assert locked.get(path).status_code in {401, 404}


def test_who_has_no_key_learns_nothing_of_a_body(locked: FlaskClient) -> None:
    expect_problem(locked.post(JOBS, data="{", content_type="application/json"), 401, "unauthenticated")
    expect_problem(locked.post(JOBS, data="x" * 2_000_000, content_type="text/plain"), 401, "unauthenticated")


@pytest.mark.parametrize("key", ["", "short", "fifteen-letters"])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "gpu-7.lan"])
def test_beyond_loopback_the_service_does_not_start_without_a_key(
    make_settings: Callable[..., Settings], host: str, key: str
) -> None:
    with pytest.raises(SettingsError, match="API_KEY"):
        make_settings(APP_HOST=host, API_KEY=key)


def test_create_app_ends_with_the_reason_when_the_settings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_HOST", "0.0.0.0")
    monkeypatch.delenv("API_KEY", raising=False)

    with pytest.raises(SystemExit, match=r"api: APP_HOST=0\.0\.0\.0 is reachable from other machines"):
        create_app()


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1", "172.17.0.1", "::ffff:192.0.2.7"])
def test_without_a_key_no_other_machine_is_answered_whatever_the_server_listens_on(
    client: FlaskClient, address: str
) -> None:
    response = client.get(JOBS, environ_overrides={"REMOTE_ADDR": address})

    problem = expect_problem(response, 401, "unauthenticated")
    assert "API_KEY" in problem["detail"]
    assert client.get("/healthz", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example"]
)
def test_without_a_key_no_page_reaches_us_through_a_name_of_its_own(client: FlaskClient, host: str) -> None:
    expect_problem(client.get(JOBS, headers={"Host": host}), 401, "unauthenticated")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1", ""])
@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_without_a_key_this_machine_is_answered(client: FlaskClient, address: str, host: str) -> None:
    response = client.get(JOBS, headers={"Host": host}, environ_overrides={"REMOTE_ADDR": address})

    assert response.status_code == 200
