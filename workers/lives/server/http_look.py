"""One bounded look by HTTP GET: no redirect, no proxy, no large body, no long wait."""

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse

BODY_MAX_BYTES = 1024 * 1024
CHUNK_BYTES = 64 * 1024


class NoAnswer(Exception):
    """Nothing that could be read came in time; `refused` tells that nobody listens."""

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


def get(host: str, port: int, path: str, timeout_seconds: float, key: str = "") -> Answer:
    """Ask once; raises NoAnswer."""
    headers = {"Connection": "close"} | ({"Authorization": f"Bearer {key}"} if key else {})
    until = time.monotonic() + timeout_seconds
    connection = HTTPConnection(host, port, timeout=timeout_seconds)  # knows neither proxies nor redirects
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return Answer(response.status, _body(response, until))
    except ConnectionRefusedError as error:
        raise NoAnswer(f"nobody listens on port {port}", refused=True) from error
    except TimeoutError as error:
        raise NoAnswer(f"no answer to {path} within {timeout_seconds:g} s") from error
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(f"no HTTP answer to {path}: {type(error).__name__}") from error
    finally:
        connection.close()


def _body(response: HTTPResponse, until: float) -> bytes:
    body = b""
    while chunk := response.read1(CHUNK_BYTES):
        body += chunk
        if len(body) > BODY_MAX_BYTES:
            raise HTTPException("the body is too large")
        if time.monotonic() > until:
            raise TimeoutError
    return body
