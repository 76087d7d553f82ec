"""Turns every error into RFC 9457 problem+json, with the older fields beside it; never a stack trace."""

from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from api.edge.ids import has_slash_too_many
from api.edge.requests import RETRY_AFTER_SECONDS
from api.language.answers import told, told_of_others
from common import errors

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
_ERRORS_MAX = 100
_FIELD_MAX = 120
_TEXT_MAX = 1500

STATUS: dict[type[errors.ServiceError], HTTPStatus] = {
    errors.JobNotFound: HTTPStatus.NOT_FOUND,
    errors.ModelNotFound: HTTPStatus.NOT_FOUND,
    errors.NodeNotFound: HTTPStatus.NOT_FOUND,
    errors.NotQueued: HTTPStatus.NOT_FOUND,
    errors.JobIdTaken: HTTPStatus.CONFLICT,
    errors.JobAlreadyFinal: HTTPStatus.CONFLICT,
    errors.StateConflict: HTTPStatus.CONFLICT,
    errors.RevisionMismatch: HTTPStatus.PRECONDITION_FAILED,
    errors.IdempotencyConflict: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.KeyNotFound: HTTPStatus.NOT_FOUND,
    errors.KeyNameTaken: HTTPStatus.CONFLICT,
    errors.DatasetNotFound: HTTPStatus.NOT_FOUND,
    errors.DatasetInUse: HTTPStatus.CONFLICT,
    errors.DatasetTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UploadConflict: HTTPStatus.CONFLICT,
    errors.StorageFull: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StoreFull: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StreamsFull: HTTPStatus.SERVICE_UNAVAILABLE,
}

_CODES = {
    HTTPStatus.BAD_REQUEST: "malformed_request",
    HTTPStatus.NOT_FOUND: "no_such_path",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid_input",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many_requests",
}


def register_problems(app: Flask) -> None:
    """Answer our errors and all unforeseen ones. HTTP errors reach `http_problem` through flask-smorest."""
    app.register_error_handler(errors.ServiceError, _service_problem)
    app.register_error_handler(ParseException, _broken_body_problem)
    app.register_error_handler(Exception, _unforeseen_problem)


def http_problem(error: HTTPException) -> Response:
    """The problem of an HTTP error, those of body validation included."""
    status = HTTPStatus(error.code or 500)
    data: dict[str, Any] = getattr(error, "data", None) or {}
    found = _bounded(_flatten(data.get("messages") or data.get("errors") or {}))
    code = _CODES.get(status, status.name.lower())
    allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    detail = _way_out(error, code, allowed) or str(data.get("message") or error.description or status.phrase)
    response = problem(status, code, _summary(found) if found else told_of_others(code, detail), found)
    if allowed:
        response.headers["Allow"] = allowed
    return response


def _way_out(error: HTTPException, code: str, allowed: str) -> str | None:
    """In place of what werkzeug says, which shows none."""
    if has_slash_too_many(error):
        return "there is no such path; send it without the slash at its end"
    match code:
        case "no_such_path":
            return "there is no such path; /docs shows all there are"
        case "method_not_allowed":
            return f"{request.method} is no method of this path; it takes {allowed}"
        case "body_too_large":
            most = f"{request.max_content_length or 0:,}"
            return f"the body is longer than {most} bytes (MAX_BODY_BYTES); upload data by POST /datasets and name it"
    return None


def problem(
    status: HTTPStatus, code: str, detail: str, found: list[dict[str, Any]] | None = None, **context: Any
) -> Response:
    """One error answer."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
        "instance": request.path,
        "request_id": g.get("request_id", ""),
        "errors": _bounded(found or []),
        "error": detail,
        "status_code": status.value,
        "path": request.path,
        **context,
    }
    response = jsonify(body)
    response.status_code = status.value
    response.content_type = MEDIA_TYPE
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="swift-trainer"'
    return response


def _service_problem(error: errors.ServiceError) -> Response:
    context = dict(error.context)
    found = context.pop("errors", None)
    status = STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    return problem(status, error.code, told(error.message), _told(found or []), **context)


def _broken_body_problem(_error: ParseException) -> Response:
    """The server parses a body in chunks only while it is read: by then it is an error in the service."""
    why = "the body is not in chunks as HTTP has them"
    return problem(HTTPStatus.BAD_REQUEST, "malformed_request", told(why))


def _unforeseen_problem(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return http_problem(error)
    log.error("unforeseen_error", path=request.path, exc_info=error)
    why = "something went wrong on our side; the log has it under this request id"
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", told(why))


def _flatten(messages: Any, path: str = "") -> list[dict[str, Any]]:
    """marshmallow's nested messages as a flat list. The outermost level names the place (json, query): left out."""
    if isinstance(messages, dict):
        places = {"json", "query", "headers", "path", "form", "files"}
        found = []
        if path and messages.keys() <= {"key", "value"}:  # of an entry of a dictionary, whose name is in the path
            return [item for below in messages.values() for item in _flatten(below, path)]
        for name, below in messages.items():
            inner = path if not path and name in places else _below(path, name)
            found += _flatten(below, inner)
        return found
    if isinstance(messages, list):
        # Texts, or what a validator of a whole dictionary says of its keys.
        return [item for message in messages for item in _flatten(message, path)]
    field = path.removesuffix("._schema").removesuffix("_schema") or "body"
    return [{"field": field, "message": told(str(messages)), "code": "invalid"}]


def _below(path: str, name: str | int) -> str:
    """A field of an object, or an element of a list: `data_path[1]`."""
    return f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}".strip(".")


def _told(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**item, "message": told(item["message"])} for item in found]


def _bounded(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first ones, with names and texts that a client may have made as long as it liked cut short."""
    return [
        {**item, "field": item["field"][:_FIELD_MAX], "message": item["message"][:_TEXT_MAX]}
        for item in found[:_ERRORS_MAX]
    ]


def _summary(found: list[dict[str, Any]]) -> str:
    return "; ".join(f"{item['field']}: {item['message']}" for item in found[:5])
