"""Errors: refusals in the shape that OpenAI's clients know: {"error": {message, type, param, code}}."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

RETRY_AFTER_SECONDS = 2
INVALID = "invalid_request_error"
SERVER = "server_error"


class Refusal(Exception):
    """An answer of the gateway itself, in place of a replica's."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str | None,
        message: str,
        *,
        kind: str = INVALID,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.kind = kind
        self.param = param
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        return error_body(self.message, self.kind, self.code, self.param)


def error_body(message: str, kind: str, code: str | None, param: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def unauthenticated(message: str) -> Refusal:
    headers = {"WWW-Authenticate": 'Bearer realm="swift-trainer"'}
    return Refusal(HTTPStatus.UNAUTHORIZED, "invalid_api_key", message, headers=headers)


def too_many_wrong_keys(seconds: int) -> Refusal:
    text = "this address sent too many wrong keys; wait, then send the right one"
    headers = {"Retry-After": str(seconds), "x-should-retry": "false"}
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, "too_many_wrong_keys", text, kind="requests", headers=headers)


def keys_unknown() -> Refusal:
    text = "API keys cannot be checked now: Redis does not answer; try again in a moment"
    return _unavailable("store_unavailable", text)


def not_json(detail: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "invalid_json", f"the body is not the JSON that is needed: {detail}")


def model_missing() -> Refusal:
    text = "you must provide a model parameter: a text, the name of a model that /v1/models lists"
    return Refusal(HTTPStatus.BAD_REQUEST, "missing_required_parameter", text, param="model")


def body_too_large(max_bytes: int) -> Refusal:
    text = f"the body is larger than {max_bytes} bytes (GATEWAY_MAX_BODY_BYTES)"
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "request_too_large", text)


def body_too_slow(seconds: float) -> Refusal:
    text = f"nothing more of the body came within {seconds:g} s"
    return Refusal(HTTPStatus.REQUEST_TIMEOUT, "body_too_slow", text)


def media_not_allowed(message: str, where: str | None) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "media_not_allowed", message, param=where or None)


def media_not_fetched(where: str, why: str) -> Refusal:
    """Says no more than the client could find out by itself: it is no telescope into networks of this service."""
    text = f"the address in {where} {why}; send the content itself: data:image/png;base64,..."
    return Refusal(HTTPStatus.BAD_REQUEST, "media_not_fetched", text, param=where)


def model_not_found(model: str, nearest: Sequence[str]) -> Refusal:
    text = f"The model `{model[:200]}` does not exist."
    if nearest:
        text += f" Did you mean {' or '.join(f'`{name}`' for name in nearest)}?"
    return Refusal(HTTPStatus.NOT_FOUND, "model_not_found", text, param="model")


def no_such_path(method: str, path: str) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, "unknown_url", f"Invalid URL ({method} {path[:200]})")


def no_such_endpoint(method: str, path: str) -> Refusal:
    text = f"Invalid URL ({method} {path[:200]}): nothing is here, unless a JSON body names a model whose server has it"
    return Refusal(HTTPStatus.NOT_FOUND, "unknown_url", text)


def method_not_allowed(method: str, path: str, allowed: str) -> Refusal:
    text = f"Invalid method for URL ({method} {path[:200]}); allowed: {allowed}"
    return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", text, headers={"Allow": allowed})


def path_not_passed_on(path: str) -> Refusal:
    text = f"{path[:200]} changes the server itself: the gateway does not pass it on"
    return Refusal(HTTPStatus.FORBIDDEN, "path_not_passed_on", text)


def no_healthy_replica(model: str) -> Refusal:
    text = f"no replica of the model `{model}` is healthy now; it may be starting, try again in a moment"
    return _unavailable("no_healthy_replica", text)


def routes_unknown() -> Refusal:
    text = "the gateway does not know which models run: Redis does not answer; try again in a moment"
    return _unavailable("routes_unknown", text)


def gateway_stops() -> Refusal:
    text = "the gateway is being stopped, and the answer took longer than it waits for; ask again"
    return _unavailable("gateway_stops", text)


def replica_unreachable(model: str) -> Refusal:
    text = f"no replica of the model `{model}` could be reached in time"
    return Refusal(HTTPStatus.GATEWAY_TIMEOUT, "replica_unreachable", text, kind=SERVER)


def replica_silent(model: str, seconds: float) -> Refusal:
    text = f"the replica of the model `{model}` did not answer within {seconds:g} s; it may still be working on it"
    # Its own clients would send the same once more, and load what is overloaded already.
    headers = {"x-should-retry": "false"}
    return Refusal(HTTPStatus.GATEWAY_TIMEOUT, "replica_silent", text, kind=SERVER, headers=headers)


def replica_lost(model: str) -> Refusal:
    text = f"the replica of the model `{model}` ended the connection without an answer; it may have died"
    return Refusal(HTTPStatus.BAD_GATEWAY, "replica_lost", text, kind=SERVER)


def replica_garbled(model: str, what: str = "is no HTTP") -> Refusal:
    text = f"what the replica of the model `{model}` answered {what}"
    return Refusal(HTTPStatus.BAD_GATEWAY, "replica_garbled", text, kind=SERVER)


def replica_said_nothing(model: str) -> Refusal:
    text = f"the replica of the model `{model}` began a stream and ended it without a word; its log may tell why"
    return Refusal(HTTPStatus.BAD_GATEWAY, "empty_stream", text, kind=SERVER)


def stream_cut_short(model: str) -> Refusal:
    text = f"the replica of the model `{model}` ended the stream before its answer was whole"
    return Refusal(HTTPStatus.BAD_GATEWAY, "stream_cut_short", text, kind=SERVER)


def replica_refused_key(model: str) -> Refusal:
    text = f"the replica of the model `{model}` refused the gateway's own key for it; yours is right"
    return Refusal(HTTPStatus.BAD_GATEWAY, "replica_refused_key", text, kind=SERVER)


def unforeseen() -> Refusal:
    text = "something went wrong in the gateway; its log has it under this request id"
    return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", text, kind=SERVER)


def _unavailable(code: str, message: str) -> Refusal:
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, code, message, kind=SERVER, headers=headers)
