"""Completes the OpenAPI document: what flask-smorest says wrongly of our errors, or cannot know, is put right here."""

from collections.abc import Iterator
from typing import Any

from marshmallow import fields

from api.edge.auth import OPEN_PATHS
from api.edge.problems import MEDIA_TYPE
from api.edge.queries import NOTES, is_lenient
from common.ids import DEPLOYMENT_ID_PATTERN, JOB_ID_PATTERN

Document = dict[str, Any]

# Of jobs that users name, and of exports, whose ids the service makes (common.ids).
_ANY_JOB_ID_PATTERN = JOB_ID_PATTERN.removesuffix("$") + "(~export-[1-9][0-9]{0,8})?$"
_METHODS = ("get", "put", "post", "delete", "patch")
_WITH_BODY = ("put", "post", "patch")
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
# What is answered before an endpoint is reached, or wherever Redis is asked.
_ANSWERS = {
    "400": ("Malformed", "malformed_request: the body is not JSON that can be stored"),
    "401": ("Unauthenticated", "unauthenticated: the API key is missing or wrong"),
    "403": ("Forbidden", "forbidden: the API key lacks the scope that needed_scope names"),
    "429": ("TooManyRequests", "too_many_requests: Retry-After says when to come back"),
    "413": ("TooLarge", "body_too_large"),
    "415": ("UnsupportedMediaType", "unsupported_media_type: send application/json, without Content-Encoding"),
    "422": ("InvalidInput", "invalid_input: errors names each field and query parameter that is refused"),
    "503": ("Unavailable", "store_unavailable, store_full: Retry-After says when to come back"),
}


def complete(document: Document) -> Document:
    """The same document with every error an operation can answer, as problem+json, and who may ask."""
    components = document["components"]
    components["schemas"].pop("PaginationMetadata", None)  # flask-smorest adds it unasked
    sent = _sent_schemas(document)
    for name, schema in components["schemas"].items():
        _count_properties(schema)
        if name not in sent:
            _leave_open(schema)
    for name, description in _ANSWERS.values():
        components["responses"][name] = {"description": description, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
    for answer in components["responses"].values():
        _tell_media_type(answer)
    for path, method, operation in _operations(document):
        _complete_operation(path, method, operation)
        if method == "get" and is_lenient(path):
            _let_note(document, operation)
    for path, item in document["paths"].items():
        _describe_job_id(
            item.get("parameters", []), DEPLOYMENT_ID_PATTERN if "/deploy/" in path else _ANY_JOB_ID_PATTERN
        )
    return document


def describe_keys(converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """What the keys of a Dict have to be like, which apispec leaves out; an attribute function of its converter."""
    if not isinstance(field, fields.Dict):
        return {}
    key = converter.field2property(field.key_field) if field.key_field else {}
    names = {name: value for name, value in key.items() if name in {"minLength", "maxLength", "pattern"}}
    return {"propertyNames": names} if names else {}


def _operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("default", None)  # flask-smorest's, which would allow any status
    for answer in answers.values():
        _tell_media_type(answer)
    for status in _statuses(path, method):
        answers.setdefault(status, {"$ref": f"#/components/responses/{_ANSWERS[status][0]}"})
    operation["responses"] = dict(sorted(answers.items()))
    if path in OPEN_PATHS:
        operation["security"] = []


def _let_note(document: Document, operation: dict[str, Any]) -> None:
    """The answer may name the query parameters that were ignored."""
    named = _named_in(operation["responses"]["200"].get("content", {}).get("application/json", {}))
    for name in named:
        document["components"]["schemas"][name].setdefault("properties", {}).setdefault("notes", NOTES)


def _statuses(path: str, method: str) -> list[str]:
    if path in OPEN_PATHS:
        return []
    return ["401", "403", "422", "429", "503", *(["400", "413", "415"] if method in _WITH_BODY else [])]


def _describe_job_id(parameters: list[dict[str, Any]], pattern: str) -> None:
    for parameter in parameters:
        if parameter["name"] == "job_id":
            parameter["description"] = "The id, as the submission answered it."
            parameter["schema"] = {"type": "string", "pattern": pattern}


def _tell_media_type(answer: dict[str, Any]) -> None:
    content = answer.get("content", {})
    if content.get("application/json", {}).get("schema") == _PROBLEM:
        content[MEDIA_TYPE] = content.pop("application/json")


def _sent_schemas(document: Document) -> set[str]:
    """Names of the schemas of request bodies, and of those inside them."""
    found: set[str] = set()
    due = _named_in([operation.get("requestBody", {}) for _, _, operation in _operations(document)])
    while due:
        found |= due
        due = _named_in([document["components"]["schemas"][name] for name in due]) - found
    return found


def _named_in(part: Any) -> set[str]:
    if isinstance(part, list):
        return {name for item in part for name in _named_in(item)}
    if not isinstance(part, dict):
        return set()
    if "$ref" in part:
        return {part["$ref"].rpartition("/")[2]}
    return {name for item in part.values() for name in _named_in(item)}


def _leave_open(schema: dict[str, Any]) -> None:
    """Answers may grow: a client must not take a field that it does not know for a mistake."""
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]


def _count_properties(schema: dict[str, Any]) -> None:
    """A length of a marshmallow Dict is a number of properties, not of characters."""
    for field in schema.get("properties", {}).values():
        if field.get("type") == "object" and "maxLength" in field:
            field["maxProperties"] = field.pop("maxLength")
