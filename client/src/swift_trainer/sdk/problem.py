"""Problem details: turn a refusal into the error to raise, whatever its body is, problem+json, a proxy's HTML page or
nothing.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from swift_trainer.sdk.errors import BY_STATUS, ApiError


def error_from(status: int, headers: Mapping[str, str], body: bytes) -> ApiError:
    """The error for an answer with this status; `headers` has to ignore case, as httpx2's do."""
    problem = _unpacked(read_problem(body))
    return BY_STATUS.get(status, ApiError)(
        status=status,
        code=_text(problem, "code") or f"http_{status}",
        message=_message(problem) or _message_of_status(status, headers),
        errors=_field_errors(problem),
        request_id=_text(problem, "request_id") or headers.get("X-Request-Id", ""),
        problem=problem,
        retry_after=retry_after_seconds(headers, datetime.now(UTC)),
    )


def read_problem(body: bytes) -> dict[str, Any]:
    """The body as a JSON object, or an empty one when it is anything else."""
    try:
        problem = json.loads(body)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _unpacked(problem: dict[str, Any]) -> dict[str, Any]:
    # The gateway answers as OpenAI does: {"error": {"message": ..., "code": ...}}.
    inner = problem.get("error")
    return inner if isinstance(inner, dict) else problem


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """The header Retry-After in seconds from `now`; it may be a number or an HTTP date."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:  # "-0000" parses to a naive time; HTTP dates are always UTC
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def _message(problem: Mapping[str, Any]) -> str:
    # `detail` and `title` are RFC 9457's, `message` and `error` are what the older service of this name answers.
    return next((text for name in ("detail", "message", "title", "error") if (text := _text(problem, name))), "")


def _message_of_status(status: int, headers: Mapping[str, str]) -> str:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "unknown status"
    if location := headers.get("Location"):
        return f"the service answered {status} {phrase} to {location}: is the address right?"
    return f"the service answered {status} {phrase}"


def _field_errors(problem: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    errors = problem.get("errors")
    return tuple(error for error in errors if isinstance(error, dict)) if isinstance(errors, list) else ()


def _text(problem: Mapping[str, Any], name: str) -> str:
    value = problem.get(name)
    return value if isinstance(value, str) else ""
