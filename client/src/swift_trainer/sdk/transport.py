"""HTTP transport: one request to the service, the key in its header, safe retries, JSON back or a typed error."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx2

from swift_trainer.sdk.credentials import API_PREFIX, Credentials, is_loopback
from swift_trainer.sdk.errors import ApiError, ConfigurationError, ConnectionFailed
from swift_trainer.sdk.problem import error_from, retry_after_seconds
from swift_trainer.sdk.retry import TRANSIENT_STATUSES, RetryPolicy, is_safe_to_repeat, pause_before_retry

CONNECT_TIMEOUT_SECONDS = 5.0
NOT_MODIFIED = 304


class Clock:
    """Monotonic time and sleep, in seconds."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def path_part(name: str, thing: str) -> str:
    """A name as one part of a path, escaped. Raises ValueError when it is no name of that `thing`.

    One of dots alone would be resolved as a folder and reach another resource.
    """
    if not name.strip("."):
        raise ValueError(f"{name!r} is not {thing}")
    return quote(name, safe="")


@dataclass(frozen=True, slots=True)
class Look:
    """An answer to a long poll: `view` is None when nothing has changed, `mark` is what it was seen to be.

    `again_after` is how many seconds to leave until the next look, None where the service leaves that to us.
    """

    view: Any
    mark: str
    again_after: float | None


class Transport:
    """A connection pool to one service. Not for sharing between threads that close it."""

    def __init__(
        self,
        credentials: Credentials,
        timeout: float,
        retries: RetryPolicy,
        clock: Clock,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.url = credentials.url
        self.retries = retries
        self.clock = clock
        self._timeout = timeout
        try:
            self._http = httpx2.Client(
                base_url=credentials.url,
                headers=_headers(credentials),
                timeout=httpx2.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT_SECONDS)),
                # A proxy from the environment cannot reach this machine's own loopback.
                trust_env=not is_loopback(credentials.url),
                transport=transport,
            )
        except httpx2.InvalidURL as exc:
            raise ConfigurationError(f"{credentials.url!r} is not an address: {exc}") from exc

    def close(self) -> None:
        self._http.close()

    def request(self, method: str, path: str, **parts: Any) -> Any:
        """The JSON of a successful answer, None when it has no body; `path` follows the API prefix.

        Raises ApiError for a refusal, ConnectionFailed when none came.
        """
        response = self.send(method, API_PREFIX + path, **parts)
        if not response.is_success:
            raise error_from(response.status_code, response.headers, response.content)
        return json_of(response) if response.content else None

    def look(self, path: str, seconds: float, mark: str = "", query: Mapping[str, Any] | None = None) -> Look:
        """Have the answer held back while it is as `mark` says, for so many seconds at most. Raises as `request`."""
        wait = int(seconds)
        response = self.send(
            "GET",
            API_PREFIX + path,
            query={**(query or {}), "wait": f"{wait}s" if wait else None},
            headers={"If-None-Match": mark} if mark else {},
            timeout=self._timeout + wait,
        )
        again_after = retry_after_seconds(response.headers, datetime.now(UTC))
        if response.status_code == NOT_MODIFIED:
            return Look(None, mark, again_after)
        if not response.is_success:
            raise error_from(response.status_code, response.headers, response.content)
        return Look(json_of(response), response.headers.get("ETag", ""), again_after)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout: float | None = None,
        patient: bool = True,
    ) -> httpx2.Response:
        """Whatever the service answers in the end; `patient=False` tries once only.

        `content` is a body that is no JSON; `timeout` in seconds is for this request alone.
        """
        limits: dict[str, Any] = {} if timeout is None else {"timeout": timeout}
        request = self._http.build_request(
            method, path, params=_given(query), json=body, content=content, headers=dict(headers or {}), **limits
        )
        may_retry = patient and is_safe_to_repeat(method, headers or {})
        failures = 0
        while True:
            answer = self._try(request)
            if isinstance(answer, httpx2.Response) and answer.status_code not in TRANSIENT_STATUSES:
                return answer
            failures += 1
            pause = self._pause(answer, failures) if may_retry else None
            if pause is None:
                return _answer_or_raise(answer)
            self.clock.sleep(pause)

    def _try(self, request: httpx2.Request) -> httpx2.Response | ConnectionFailed:
        try:
            return self._http.send(request)
        except httpx2.RequestError as exc:
            failed = ConnectionFailed(_why(exc, self.url), self.url)
            failed.__cause__ = exc
            return failed

    def _pause(self, answer: httpx2.Response | ConnectionFailed, failures: int) -> float | None:
        retry_after = None
        if isinstance(answer, httpx2.Response):
            retry_after = error_from(answer.status_code, answer.headers, answer.content).retry_after
        jitter = random.random()  # noqa: S311 - spreads retries in time, guards nothing
        return pause_before_retry(self.retries, failures, retry_after, jitter)


def json_of(response: httpx2.Response, doubt: str = "is the address right?") -> Any:
    """The answer's JSON. Raises ApiError when it is something else, as from a page that stands before the service."""
    try:
        return response.json()
    except ValueError as exc:
        message = f"{response.url} answered something that is not JSON: {doubt}"
        raise ApiError(response.status_code, "not_json", message) from exc


def _answer_or_raise(answer: httpx2.Response | ConnectionFailed) -> httpx2.Response:
    if isinstance(answer, ConnectionFailed):
        raise answer
    return answer


def _headers(credentials: Credentials) -> dict[str, str]:
    headers = {"Accept": "application/json, application/problem+json", "User-Agent": "swift-trainer-client"}
    if credentials.api_key:
        if not credentials.api_key.isascii() or not credentials.api_key.isprintable():
            raise ConfigurationError("the API key holds characters that no API key has; was it copied whole?")
        headers["Authorization"] = f"Bearer {credentials.api_key}"
    return headers


def _given(query: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (query or {}).items() if value is not None}


def _why(exc: httpx2.RequestError, url: str) -> str:
    if isinstance(exc, httpx2.TimeoutException):
        return f"{url} did not answer in time"
    if isinstance(exc, httpx2.ConnectError):
        return f"cannot reach {url}: is the service up? On this machine: swt up"
    return f"the connection to {url} failed: {exc or type(exc).__name__}"
