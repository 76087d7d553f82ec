"""Errors, the exceptions that the SDK raises: one base class, then the service's refusals, and what happens on the way
to it.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class SwiftTrainerError(Exception):
    """The base of everything that this package raises on purpose."""


class ConfigurationError(SwiftTrainerError):
    """The address or the credentials that the client was given cannot be used."""


class ConnectionFailed(SwiftTrainerError):
    """No answer came: nothing listens there, the connection broke or it timed out. `url` is the service's address."""

    def __init__(self, message: str, url: str) -> None:
        super().__init__(message)
        self.url = url


class GatewayUnreachable(ConnectionFailed):
    """As ConnectionFailed, for the gateway that models answer through; `url` is the gateway's address."""


class WaitTimedOut(SwiftTrainerError):
    """The job had not ended in time, or the deployment did not answer; it goes on. `job` is the last view of it."""

    def __init__(self, message: str, job: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.job = job


class ApiError(SwiftTrainerError):
    """The service answered with a refusal (RFC 9457 problem details).

    `code` is the word for programs, `message` the sentence for people, `errors` names wrong fields as mappings with
    at least `field` and `message`, `problem` is the whole body. `retry_after` is in seconds, when the answer said so.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        request_id: str = "",
        problem: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = tuple(errors)
        self.request_id = request_id
        self.problem = problem or {}
        self.retry_after = retry_after


class Unauthorized(ApiError):
    """401: no API key, or one that the service does not know."""


class Forbidden(ApiError):
    """403: the API key is known, but may not do this."""


class NotFound(ApiError):
    """404: there is no such job or path."""


class Conflict(ApiError):
    """409: the job's state does not allow it, or its id is taken."""


class Invalid(ApiError):
    """422: one or more fields are wrong; `errors` names them."""


class Unavailable(ApiError):
    """503: the service is there but cannot answer now; `retry_after` says when to ask again, if it knows."""


BY_STATUS: Mapping[int, type[ApiError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: Invalid,
    503: Unavailable,
}
