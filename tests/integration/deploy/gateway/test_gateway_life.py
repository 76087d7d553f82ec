"""The gateway over time: its counts, a Redis that goes away, an end while answers are under way."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from client.stack.embedded_redis import EmbeddedRedis
from common.access.api_keys import ApiKey, Scope, hash_of, new_key
from common.clock import now
from common.secret import Secret
from common.store import open_store
from deploy.routes import Replica
from tests.integration.deploy.gateway.fake_server import Conversation, completion, says
from tests.integration.deploy.gateway.gateway_process import gateway_process
from tests.real_stack import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.integration


def test_requests_and_tokens_are_counted_per_deployment_and_key(gateway, make_server, model, store):
    failing = [False]
    server = make_server(lambda talk: talk.answer({} if failing[0] else completion("hi"), 500 if failing[0] else 200))
    gateway.serve(model, server.url)
    key_id, key = new_key()
    store.api_keys.create(ApiKey(key_id, "counted", Scope.READ, hash_of(key), now()))
    headers = {"Authorization": f"Bearer {key}"}

    for failing[0] in (False, False, True):
        gateway.http.post("/v1/completions", json={"model": model}, headers=headers)
    gateway.http.post("/v1/completions", json={"model": "unknown"}, headers=headers)

    deployment = f"{model}~deploy-0"
    counted = eventually(lambda: store.traffic.of_keys([key_id])[key_id], lambda seen: seen.requests == 4)
    assert (counted.errors, counted.prompt_tokens, counted.completion_tokens) == (1, 6, 8)
    assert counted.last_at_ms > 0
    of_deployment = store.traffic.of_deployments([deployment])[deployment]
    assert (of_deployment.requests, of_deployment.errors, of_deployment.completion_tokens) == (3, 1, 8)
    # What nobody serves is in nobody's counts but the caller's.
    assert [model for of_key, model in store.traffic.uses() if of_key == key_id] == [model]
    use = store.traffic.of_uses([(key_id, model)])[key_id, model]
    assert (use.requests, use.errors, use.prompt_tokens, use.completion_tokens) == (3, 1, 6, 8)
    eventually(lambda: store.api_keys.get(key_id).last_used_at, bool)

    requests = gateway.metric("swift_trainer_gateway_requests_total")
    assert requests[f'{{deployment="{deployment}",outcome="2xx"}}'] == 2
    assert requests[f'{{deployment="{deployment}",outcome="5xx"}}'] == 1
    tokens = gateway.metric("swift_trainer_gateway_key_tokens_total")
    assert tokens[f'{{key="{key_id}",kind="completion"}}'] == 8

    # A model that is there and that nobody answers for counts as well.
    gateway.known.append(model)
    gateway.serve(model)
    assert gateway.http.post("/v1/completions", json={"model": model}, headers=headers).status_code == 503
    eventually(lambda: store.traffic.of_uses([(key_id, model)])[key_id, model], lambda seen: seen.errors == 2)

    # What has left is not shown for ever.
    assert deployment not in str(gateway.metric("swift_trainer_gateway"))


def test_without_redis_the_last_routes_and_keys_serve_on(make_server, model, tmp_path, make_settings):
    server, redis = make_server(says("hi")), EmbeddedRedis(tmp_path)
    redis.start()
    try:
        store = open_store(make_settings(REDIS_SOCKET=redis.socket_path))
        key_id, key = new_key()
        store.api_keys.create(ApiKey(key_id, "seen", Scope.READ, hash_of(key), now()))
        seen, unseen = ({"Authorization": f"Bearer {each}"} for each in (key, new_key()[1]))

        with gateway_process(tmp_path, redis.socket_path) as gateway:
            gateway.serve(model, server.url)

            answered: list[int] = []

            def ask() -> int:
                answer = gateway.http.post("/v1/completions", json={"model": model}, headers=seen)
                answered.append(answer.status_code)
                return answer.status_code

            assert ask() == 200
            redis.stop()
            gateway.tell(fails=True)
            state = eventually(lambda: gateway.http.get("/readyz").json(), lambda found: found["redis"] == "away")

            assert state["status"] == "ready"
            # Long enough for the key to have to be asked for again.
            eventually(
                lambda: (ask(), [line for line in gateway.lines() if line["event"] == "api_key_not_checked_anew"]),
                lambda found: found[0] == 200 and found[1],
            )
            assert gateway.chat(model).status_code == 200
            response = gateway.http.get("/v1/models", headers=unseen)
            assert (response.status_code, response.json()["error"]["code"]) == (503, "store_unavailable")

            redis.start()
            gateway.tell()
            eventually(lambda: gateway.http.get("/readyz").json()["redis"], lambda seen: seen == "up")
            # Counted while Redis was away, written now.
            assert set(answered) == {200}
            asked, deployment = len(answered), f"{model}~deploy-0"
            counted = eventually(lambda: store.traffic.of_keys([key_id])[key_id], lambda seen: seen.requests == asked)
            assert counted.completion_tokens == 4 * asked
            eventually(
                lambda: store.traffic.of_deployments([deployment])[deployment].requests,
                lambda requests: requests == asked + 1,  # and the one of the other key
            )
        store.client.close()
    finally:
        redis.stop()


def test_a_model_answers_from_the_moment_that_it_is_published(start_gateway, make_server, model):
    url = make_server(says("hi")).url
    with start_gateway(GATEWAY_REFRESH_SECONDS=60) as gateway:
        assert gateway.chat(model).status_code == 404

        gateway.replicas = [Replica(f"{model}~deploy-1", (model,), "1", url, Secret("a-replica-key"))]
        gateway.tell()

        assert gateway.chat(model).status_code == 200
        gateway.replicas = [Replica(f"{model}~deploy-2", ("another",), "1", url, Secret("a-replica-key"))]
        gateway.tell()
        assert [each["id"] for each in gateway.http.get("/v1/models").json()["data"]] == ["another"]


def test_routes_do_not_serve_on_for_ever(start_gateway, make_server, model):
    server = make_server(says("hi"))

    with start_gateway(GATEWAY_STALE_SECONDS=3) as gateway:
        gateway.serve(model, server.url)
        assert gateway.chat(model).status_code == 200
        gateway.tell(fails=True)

        response = eventually(lambda: gateway.chat(model), lambda found: found.status_code != 200)

        assert (response.status_code, response.json()["error"]["code"]) == (503, "routes_unknown")
        assert gateway.http.get("/readyz").status_code == 503
        gateway.tell()
        eventually(lambda: gateway.chat(model).status_code, lambda status: status == 200)


def test_told_to_stop_it_takes_nothing_new_lets_streams_end_and_writes_its_counts(
    start_gateway, make_server, model, store
):
    go_on, begun = threading.Event(), threading.Event()

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("first")
        begun.set()
        go_on.wait(PATIENCE_SECONDS)
        talk.event("last")
        talk.end_stream(usage={"prompt_tokens": 1, "completion_tokens": 2})

    with start_gateway(GATEWAY_GRACE_SECONDS=PATIENCE_SECONDS) as gateway, ThreadPoolExecutor(1) as pool:
        gateway.serve(model, make_server(script).url)
        answer = pool.submit(gateway.chat, model, stream=True)
        assert begun.wait(PATIENCE_SECONDS)

        gateway.process.send_signal(signal.SIGTERM)
        eventually(lambda: _takes_connections(gateway), lambda takes: not takes)
        assert gateway.process.poll() is None
        go_on.set()

        assert answer.result().text.endswith("data: [DONE]\n\n")
        assert gateway.process.wait(PATIENCE_SECONDS) == 0
    deployment = f"{model}~deploy-0"
    assert store.traffic.of_deployments([deployment])[deployment].completion_tokens == 2


def test_what_does_not_end_within_the_grace_time_is_cut_off(start_gateway, make_server, model):
    begun, left = threading.Event(), threading.Event()

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("first")
        begun.set()
        if talk.wait_until_left():
            left.set()

    with start_gateway(GATEWAY_GRACE_SECONDS=0.2) as gateway, ThreadPoolExecutor(1) as pool:
        gateway.serve(model, make_server(script).url)
        answer = pool.submit(gateway.chat, model, stream=True)
        assert begun.wait(PATIENCE_SECONDS)

        gateway.process.send_signal(signal.SIGTERM)

        with pytest.raises(httpx2.TransportError):
            answer.result()
        assert gateway.process.wait(PATIENCE_SECONDS) == 0
        assert left.wait(PATIENCE_SECONDS)


def _takes_connections(gateway) -> bool:
    try:
        httpx2.get(f"{gateway.url}/healthz", trust_env=False)
    except httpx2.TransportError:
        return False
    return True
