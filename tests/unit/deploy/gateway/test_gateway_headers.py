"""Which headers travel."""

from multidict import CIMultiDict

from common.secret import NO_SECRET, Secret
from deploy.gateway.forwarding.headers import to_client, to_replica


def test_a_replica_gets_its_own_key_and_no_secret_of_the_client():
    sent = CIMultiDict(
        {
            "authorization": "Bearer clients-secret",
            "X-API-Key": "clients-secret",
            "api-key": "clients-secret",
            "Cookie": "session=clients-secret",
            "Content-Type": "application/json",
            "X-Stainless-Lang": "python",
        }
    )

    headers = to_replica(sent, "request-1", Secret("replicas-key"))

    assert dict(headers) == {
        "Content-Type": "application/json",
        "X-Stainless-Lang": "python",
        "Accept-Encoding": "identity",
        "X-Request-Id": "request-1",
        "Authorization": "Bearer replicas-key",
    }


def test_without_a_key_of_the_replica_there_is_no_authorization():
    assert "Authorization" not in to_replica(CIMultiDict(Authorization="Bearer x"), "r", NO_SECRET)


def test_headers_of_one_connection_stay_on_it_those_that_are_named_too():
    sent = CIMultiDict(
        [
            ("Connection", "keep-alive, X-Mine"),
            ("Connection", "x-other"),
            ("X-Mine", "1"),
            ("X-Other", "1"),
            ("Keep-Alive", "timeout=5"),
            ("Transfer-Encoding", "chunked"),
            ("TE", "trailers"),
            ("Upgrade", "websocket"),
            ("Host", "gateway"),
            ("Content-Length", "5"),
            ("Expect", "100-continue"),
            ("X-Kept", "1"),
        ]
    )

    assert set(to_replica(sent, "r", NO_SECRET)) == {"X-Kept", "Accept-Encoding", "X-Request-Id"}


def test_a_client_gets_the_answers_headers_but_not_those_the_replica_has_no_say_in():
    answered = CIMultiDict(
        [
            ("Content-Type", "text/event-stream; charset=utf-8"),
            ("Retry-After", "3"),
            ("Transfer-Encoding", "chunked"),
            ("Connection", "close"),
            ("Set-Cookie", "a=b"),
            ("Server", "uvicorn"),
            ("Date", "then"),
            ("Access-Control-Allow-Origin", "*"),
            ("access-control-allow-credentials", "true"),
            ("X-Request-Id", "the-replicas"),
            ("openai-processing-ms", "12"),
        ]
    )

    assert dict(to_client(answered)) == {
        "Content-Type": "text/event-stream; charset=utf-8",
        "Retry-After": "3",
        "openai-processing-ms": "12",
    }
