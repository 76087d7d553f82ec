"""Rate limits: per key, per address for wrong keys, and no trouble of their own when Redis is away."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests.integration.api.expect import TRAINING, expect_problem
from tests.integration.api.keyed import BOOTSTRAP, KEYS, make_key, with_key

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
MakeClient = Callable[..., FlaskClient]
# Short enough to be guessed: only such a one is locked.
SHORT = "sixteen-and-more"


@pytest.fixture
def limited(make_settings: Callable[..., Settings], settings: Settings, store: Store) -> MakeClient:
    def make(api_key: str = BOOTSTRAP, **changes: object) -> FlaskClient:
        return create_app(make_settings(API_KEY=api_key, **changes)).test_client()

    return make


def test_past_its_limit_a_key_is_told_when_to_come_back_and_others_go_on(limited: MakeClient) -> None:
    client, other_process = limited(RATE_LIMIT="3/minute"), limited(RATE_LIMIT="3/minute")
    key = make_key(client)["key"]

    answers = [each.get(JOBS, headers=with_key(key)) for each in (client, other_process, client, other_process)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    problem = expect_problem(answers[-1], 429, "too_many_requests")
    assert problem["detail"] == "a key may make 3/minute requests (RATE_LIMIT); wait as long as Retry-After says"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61  # whole seconds, never too early
    assert answers[-1].headers["RateLimit-Limit"] == "3"
    assert answers[-1].headers["RateLimit-Remaining"] == "0"
    assert client.get(JOBS, headers=with_key(BOOTSTRAP)).status_code == 200
    assert "Retry-After" not in answers[0].headers
    in_chinese = client.get(JOBS, headers={**with_key(key), "Accept-Language": "zh"})
    assert in_chinese.json["detail"].startswith("每个密钥最多 3/minute 次请求")


def test_probes_are_never_limited(limited: MakeClient) -> None:
    client = limited(RATE_LIMIT="1/minute")

    assert {client.get(path).status_code for path in ["/healthz", "/readyz"] * 5} == {200}


def test_an_empty_limit_is_none(limited: MakeClient) -> None:
    client = limited(RATE_LIMIT="", RATE_LIMIT_FAILED_AUTH="")

    assert {client.get(JOBS, headers=with_key(BOOTSTRAP)).status_code for _ in range(20)} == {200}
    assert {client.get(JOBS, headers=with_key("wrong")).status_code for _ in range(30)} == {401}


def test_an_address_that_guesses_is_shut_out_but_an_issued_key_works_on(limited: MakeClient) -> None:
    client = limited(SHORT, RATE_LIMIT_FAILED_AUTH="3/minute")
    key = make_key(limited())["key"]

    answers = [client.get(JOBS, headers=with_key(f"guess-{number}")) for number in range(5)]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    expect_problem(client.get(JOBS, headers=with_key(SHORT)), 429, "too_many_requests")
    assert client.get(JOBS, headers=with_key(key)).status_code == 200
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get(JOBS, headers=with_key(SHORT), environ_overrides=elsewhere).status_code == 200


def test_what_is_no_guess_shuts_nobody_out(limited: MakeClient) -> None:
    client = limited(SHORT, RATE_LIMIT_FAILED_AUTH="1/minute")
    revoked = make_key(limited())
    assert client.delete(f"{KEYS}/{revoked['record']['id']}", headers=with_key(SHORT)).status_code == 204
    preflight = {"Origin": "https://ml.example.org", "Access-Control-Request-Method": "POST"}

    for _ in range(5):
        assert client.get(JOBS, headers=with_key(revoked["key"])).status_code == 401
        assert client.get(JOBS, headers=with_key("st_" + "a" * 12 + "_" + "b" * 43)).status_code == 401
        assert client.get(JOBS).status_code == 401
        assert client.options(JOBS, headers=preflight).status_code == 200

    assert client.get(JOBS, headers=with_key(SHORT)).status_code == 200


def test_a_key_that_nobody_can_guess_is_never_shut_out(limited: MakeClient) -> None:
    client = limited(RATE_LIMIT_FAILED_AUTH="1/minute")

    assert {client.get(JOBS, headers=with_key(f"guess-{number}")).status_code for number in range(5)} == {401}
    assert client.get(JOBS, headers=with_key(BOOTSTRAP)).status_code == 200


def test_without_redis_limits_are_counted_in_memory_and_503_stays_503(limited: MakeClient) -> None:
    client = limited(RATE_LIMIT="3/minute", REDIS_SOCKET="/nowhere/redis.sock")

    answers = [client.get(JOBS, headers=with_key(BOOTSTRAP)) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [503, 503, 503, 429, 429]
    expect_problem(client.get(JOBS, headers=with_key("st_" + "a" * 12 + "_" + "b" * 43)), 503, "store_unavailable")
    expect_problem(client.get(JOBS, headers=with_key("wrong")), 401, "unauthenticated")
    assert client.get("/healthz").status_code == 200


def test_behind_a_trusted_proxy_clients_are_told_apart(limited: MakeClient) -> None:
    client = limited(SHORT, RATE_LIMIT_FAILED_AUTH="2/minute", TRUSTED_PROXIES="127.0.0.1")

    def ask(key: str, forwarded_for: str) -> int:
        return client.get(JOBS, headers={**with_key(key), "X-Forwarded-For": forwarded_for}).status_code

    assert [ask("guess", f"198.51.100.{number}, 192.0.2.7") for number in range(3)] == [401, 401, 429]
    assert ask(SHORT, "192.0.2.8") == 200
    made = client.post(
        KEYS, json={"name": "ci", "scope": "read"}, headers=with_key(SHORT) | {"X-Forwarded-For": "192.0.2.8"}
    )
    assert made.status_code == 201
    audited = client.get("/api/v1/audit", headers=with_key(SHORT)).json["entries"]
    assert audited[0]["address"] == "192.0.2.8"


def test_what_nobody_vouches_for_counts_for_nothing(limited: MakeClient) -> None:
    client = limited(SHORT, RATE_LIMIT_FAILED_AUTH="2/minute", TRUSTED_PROXIES="10.0.0.0/8")

    headers = [{**with_key("guess"), "X-Forwarded-For": f"192.0.2.{number}"} for number in range(3)]

    assert [client.get(JOBS, headers=each).status_code for each in headers] == [401, 401, 429]


def test_preflights_count_for_nothing_whoever_asks(limited: MakeClient) -> None:
    client = limited(RATE_LIMIT="2/minute")
    for origin in ("https://ui.example", "null", ""):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"} if origin else {}
        answers = {client.options(path, headers=asked).status_code for path in (JOBS, "/docs", "/healthz") * 3}
        assert 429 not in answers

    assert client.get(JOBS, headers=with_key(BOOTSTRAP)).status_code == 200
    assert client.get("/docs").status_code == 200
