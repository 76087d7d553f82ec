"""The gateway: one OpenAI-compatible address for all models that are served."""

import json
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

import httpx2

from swift_trainer.sdk.credentials import Credentials, is_loopback
from swift_trainer.sdk.errors import ApiError, GatewayUnreachable
from swift_trainer.sdk.problem import error_from
from swift_trainer.sdk.shapes import ChatMessage
from swift_trainer.sdk.transport import json_of

CONNECT_SECONDS = 5.0
# A long prompt on a slow machine; the gateway gives up by itself before that.
SILENCE_SECONDS = 900.0
BAD_GATEWAY = 502


class Gateway:
    """Talks to models. `credentials` are the gateway's address and a key of the service (see `find_gateway`).

    Use it in a `with` statement, or call `close`.
    """

    def __init__(self, credentials: Credentials, transport: httpx2.BaseTransport | None = None) -> None:
        self.url = credentials.url
        self.has_key = bool(credentials.api_key)
        self._http = httpx2.Client(
            base_url=f"{credentials.url}/v1/",
            headers={"Authorization": f"Bearer {credentials.api_key}"} if credentials.api_key else {},
            timeout=httpx2.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
            trust_env=not is_loopback(credentials.url),
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def models(self) -> list[str]:
        """The names that answer now. Raises ApiError or GatewayUnreachable."""
        with self._reached():
            response = self._http.get("models")
        _raise_for(response)
        return [str(model["id"]) for model in json_of(response, "is that the gateway's address?")["data"]]

    def stream_chat(self, model: str, messages: Sequence[ChatMessage], **options: Any) -> Generator[str, None, None]:
        """Yield the answer as it comes; `options` are further fields of the request, such as `temperature`.

        Closing the iterator ends the answer at its server. Raises NotFound when no such model answers, another
        ApiError or GatewayUnreachable when the answer does not come or breaks off.
        """
        body = {**options, "model": model, "messages": list(messages), "stream": True}
        whole = False
        with self._reached(), self._http.stream("POST", "chat/completions", json=body) as response:
            if not response.is_success:
                response.read()
            _raise_for(response)
            for data in events(response.iter_bytes()):
                if data == "[DONE]":
                    return
                chunk = _chunk(data)
                whole = whole or _is_last(chunk)
                yield _text(chunk)
        if not whole:
            raise GatewayUnreachable("the answer broke off before its end", self.url)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except httpx2.TimeoutException as exc:
            raise GatewayUnreachable(f"the gateway {self.url} did not answer in time", self.url) from exc
        except httpx2.ConnectError as exc:
            why = f"cannot reach the gateway {self.url}: is it up? On this machine: swt up"
            raise GatewayUnreachable(why, self.url) from exc
        except httpx2.RequestError as exc:
            why = f"the connection to the gateway {self.url} failed: {exc or type(exc).__name__}"
            raise GatewayUnreachable(why, self.url) from exc


def _raise_for(response: httpx2.Response) -> None:
    if not response.is_success:
        raise error_from(response.status_code, response.headers, response.content)


def _chunk(data: str) -> Mapping[str, Any]:
    """One event of the stream. Raises ApiError when it tells that the answer failed."""
    try:
        chunk = json.loads(data)
    except ValueError as exc:
        raise ApiError(BAD_GATEWAY, "not_json", "the answer holds something that is not JSON") from exc
    if "error" in chunk:
        # What came before had status 200: this is the gateway's word on a server that failed meanwhile.
        raise error_from(BAD_GATEWAY, {}, data.encode())
    found: Mapping[str, Any] = chunk
    return found


def _text(chunk: Mapping[str, Any]) -> str:
    choices = chunk.get("choices") or [{}]
    return str((choices[0].get("delta") or {}).get("content") or "")


def _is_last(chunk: Mapping[str, Any]) -> bool:
    return any(choice.get("finish_reason") for choice in chunk.get("choices") or [])


def events(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the data of each event. Only newlines end a line: others that Unicode knows may be part of the data."""
    data: list[str] = []
    for line in _lines(chunks):
        if line.startswith(b"data:"):
            data.append(line[5:].decode("utf-8", "replace").removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data = []


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unfinished = b""
    for chunk in chunks:
        *whole, unfinished = (unfinished + chunk).split(b"\n")
        yield from (line.removesuffix(b"\r") for line in whole)
