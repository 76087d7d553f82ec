"""API keys: shown once, hashed at rest, with scopes, an end and a revocation that works within seconds."""

import json
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.edge.scopes import needed_scope
from api.services import known_keys
from common.access.api_keys import Scope
from common.settings import Settings
from common.store import Store
from tests import bodies
from tests.eventually import eventually
from tests.integration.api.expect import TRAINING, expect_problem, fields_of
from tests.integration.api.keyed import BOOTSTRAP, KEYS, make_key, with_key

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"


@pytest.fixture
def keyed(make_settings: Callable[..., Settings], settings: Settings, store: Store) -> Flask:
    return create_app(make_settings(API_KEY=BOOTSTRAP))


@pytest.fixture
def locked(keyed: Flask) -> FlaskClient:
    return keyed.test_client()


def test_when_the_store_lost_all_keys_the_one_of_the_settings_is_left(locked: FlaskClient, store: Store) -> None:
    made = make_key(locked, scope="admin")["key"]
    assert locked.get(JOBS, headers=with_key(made)).status_code == 200

    store.client.flushall()

    def status(key: str) -> int:
        return locked.get(JOBS, headers=with_key(key)).status_code

    eventually(lambda: status(made), lambda seen: seen == 401, what="the end of its being remembered")
    assert (status(BOOTSTRAP), locked.get(JOBS).status_code) == (200, 401)


def test_a_key_is_shown_once_and_nothing_in_redis_has_its_secret(locked: FlaskClient, store: Store) -> None:
    made = make_key(locked)

    key = made["key"]
    assert key.startswith(f"st_{made['record']['id']}_")
    assert made["record"]["status"] == "active"
    listed = locked.get(KEYS, headers=with_key(BOOTSTRAP))
    assert [item["name"] for item in listed.json["keys"]] == ["ci"]
    everything = json.dumps([store.client.hgetall(name) for name in store.client.scan_iter("st:api_key:*")])
    assert key.removeprefix(f"st_{made['record']['id']}_") not in everything + listed.text
    assert locked.get(JOBS, headers=with_key(key)).status_code == 200


@pytest.mark.parametrize(
    ("scope", "method", "path", "allowed"),
    [
        ("read", "GET", JOBS, True),
        ("read", "POST", JOBS, False),
        ("read", "DELETE", f"{JOBS}/one", False),
        ("read", "PATCH", f"{JOBS}/one", False),
        ("read", "POST", f"{TRAINING}/queue/process", False),
        ("write", "POST", f"{JOBS}/one/stop", True),
        ("write", "DELETE", JOBS, False),
        ("write", "POST", f"{TRAINING}/queue/processor/stop", False),
        ("write", "POST", "/api/v1/system/prune", False),
        ("admin", "POST", "/api/v1/system/prune", True),
        ("write", "GET", KEYS, False),
        ("write", "POST", KEYS, False),
        ("write", "DELETE", f"{KEYS}/ci", False),
        ("write", "GET", "/api/v1/audit", False),
        ("write", "GET", "/api/v1/doctor", False),
        ("admin", "GET", "/api/v1/doctor", True),
        ("admin", "GET", "/api/v1/audit", True),
        ("admin", "DELETE", JOBS, True),
    ],
)
def test_a_scope_opens_what_it_names(locked: FlaskClient, scope: str, method: str, path: str, allowed: bool) -> None:
    key = make_key(locked, scope=scope)["key"]

    answer = locked.open(path, method=method, headers=with_key(key))

    if allowed:
        assert answer.status_code in {200, 404}
        return
    problem = expect_problem(answer, 403, "forbidden")
    assert f"scope '{problem['needed_scope']}'" in problem["detail"]
    assert problem["scope"] == scope


def test_every_route_that_changes_something_needs_more_than_read(keyed: Flask) -> None:
    routes = [
        (method, rule.rule.removeprefix("/api/v1"))
        for rule in keyed.url_map.iter_rules()
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    ]

    assert len(routes) > 10
    assert [route for route in routes if needed_scope(*route) is Scope.READ] == []


@pytest.mark.parametrize("spoil", [lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"), lambda key: key.lower()])
def test_a_key_that_is_nearly_right_is_refused(locked: FlaskClient, spoil: Callable[[str], str]) -> None:
    key = make_key(locked)["key"]

    expect_problem(locked.get(JOBS, headers=with_key(spoil(key))), 401, "unauthenticated")
    assert locked.get(JOBS, headers=with_key(key)).status_code == 200


def test_a_revoked_key_is_refused_and_its_name_is_free_again(locked: FlaskClient) -> None:
    first = make_key(locked)
    expect_problem(
        locked.post(KEYS, json={"name": "ci", "scope": "read"}, headers=with_key(BOOTSTRAP)), 409, "key_name_taken"
    )

    for _ in range(2):
        by_id = f"{KEYS}/{first['record']['id']}"
        assert locked.delete(by_id, headers=with_key(BOOTSTRAP)).status_code == 204

    problem = expect_problem(locked.get(JOBS, headers=with_key(first["key"])), 401, "unauthenticated")
    assert "revoked" in problem["detail"]
    second = make_key(locked)
    assert locked.get(JOBS, headers=with_key(second["key"])).status_code == 200
    statuses = [item["status"] for item in locked.get(KEYS, headers=with_key(BOOTSTRAP)).json["keys"]]
    assert statuses == ["active", "revoked"]
    assert locked.delete(f"{KEYS}/ci", headers=with_key(BOOTSTRAP)).status_code == 204
    expect_problem(locked.delete(f"{KEYS}/nobody", headers=with_key(BOOTSTRAP)), 404, "key_not_found")


def test_another_process_refuses_a_revoked_key_within_seconds(
    locked: FlaskClient, make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = create_app(make_settings(API_KEY=BOOTSTRAP)).test_client()
    key = make_key(locked)["key"]
    assert other.get(JOBS, headers=with_key(key)).status_code == 200

    assert locked.delete(f"{KEYS}/ci", headers=with_key(BOOTSTRAP)).status_code == 204
    later = time.monotonic() + known_keys.KEEP_SECONDS
    monkeypatch.setattr(known_keys, "time", SimpleNamespace(monotonic=lambda: later))

    assert known_keys.KEEP_SECONDS <= 3
    expect_problem(other.get(JOBS, headers=with_key(key)), 401, "unauthenticated")


def test_an_expired_key_is_refused_and_its_name_is_free_again(locked: FlaskClient, store: Store) -> None:
    made = make_key(locked, expires_in=3600)
    key_id = made["record"]["id"]
    store.client.hset(f"st:api_key:{key_id}", "expires_at_ms", 1)
    store.client.hset("st:api_keys:names", "ci", f"{key_id}:1")

    problem = expect_problem(locked.get(JOBS, headers=with_key(made["key"])), 401, "unauthenticated")

    assert "expired" in problem["detail"]
    assert make_key(locked)["record"]["id"] != key_id


def test_the_last_use_is_written_once_a_minute_at_most(locked: FlaskClient) -> None:
    key = make_key(locked)["key"]

    def last_used() -> str | None:
        return locked.get(KEYS, headers=with_key(BOOTSTRAP)).json["keys"][0]["last_used_at"]

    assert last_used() is None
    locked.get(JOBS, headers=with_key(key))
    first = last_used()
    assert first is not None
    locked.get(JOBS, headers=with_key(key))
    assert last_used() == first


@pytest.mark.parametrize("name", ["local", "api_key", "", " ", "a b", "a\n", "-x", "x" * 65, "é"])
def test_a_name_that_could_be_taken_for_another_actor_is_refused(locked: FlaskClient, name: str) -> None:
    answer = locked.post(KEYS, json={"name": name, "scope": "read"}, headers=with_key(BOOTSTRAP))

    assert fields_of(expect_problem(answer, 422, "invalid_input")) == ["name"]


def test_events_and_the_audit_name_the_key_that_did_it(locked: FlaskClient) -> None:
    made = make_key(locked)
    headers = with_key(made["key"])
    locked.post(JOBS, json=bodies.training(job_id="one", auto_start=False), headers=headers)
    locked.post(f"{JOBS}/one/start", headers=headers)
    locked.delete(f"{TRAINING}/queue/one", headers=headers)
    locked.post(f"{JOBS}/one/stop", headers={**headers, "X-Request-Id": "the-last"})
    locked.delete(JOBS, headers=headers)

    events = locked.get(f"{JOBS}/one/events", headers=headers).json["events"]
    by = {event["type"]: event["message"] for event in events}
    assert all("ci" in by[verb].split() or "ci," in by[verb] for verb in ("submit", "release", "hold", "cancel")), by
    entries = locked.get("/api/v1/audit", headers=with_key(BOOTSTRAP)).json["entries"]
    seen = [(entry["actor"], entry["method"], entry["path"], entry["status"], entry["target"]) for entry in entries]
    assert seen == [
        ("ci", "DELETE", JOBS, 403, ""),
        ("ci", "POST", f"{JOBS}/one/stop", 200, "one"),
        ("ci", "DELETE", f"{TRAINING}/queue/one", 200, "one"),
        ("ci", "POST", f"{JOBS}/one/start", 200, "one"),
        ("ci", "POST", JOBS, 201, "one"),
        ("api_key", "POST", KEYS, 201, ""),
    ]
    assert entries[1]["request_id"] == "the-last"
    assert entries[1]["key_id"] == made["record"]["id"]
    assert made["key"] not in json.dumps(entries)


def test_the_audit_is_read_page_by_page(locked: FlaskClient) -> None:
    for number in range(5):
        locked.post(f"{JOBS}/job-{number}/stop", headers=with_key(BOOTSTRAP))

    first = locked.get("/api/v1/audit?limit=3", headers=with_key(BOOTSTRAP)).json
    rest = locked.get(f"/api/v1/audit?limit=3&cursor={first['next_cursor']}", headers=with_key(BOOTSTRAP)).json

    assert [entry["target"] for entry in first["entries"] + rest["entries"]] == [f"job-{n}" for n in (4, 3, 2, 1, 0)]
    assert rest["next_cursor"] is None
    for wrong in ("x", "1", "1-1-1", "%2B"):
        answer = locked.get(f"/api/v1/audit?cursor={wrong}", headers=with_key(BOOTSTRAP))
        assert fields_of(expect_problem(answer, 422)) == ["cursor"]


def test_without_a_setting_this_machine_may_do_all_but_a_sent_key_counts(client: FlaskClient) -> None:
    made = client.post(KEYS, json={"name": "looker", "scope": "read"}).json

    expect_problem(client.delete(JOBS, headers=with_key(made["key"])), 403, "forbidden")
    assert client.delete(JOBS).status_code == 200
    assert client.delete(JOBS, headers=with_key("whatever")).status_code == 200
