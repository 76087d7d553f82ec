"""The door: the ASGI application that a model server's clients talk to; what comes in, what goes out, who has left."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any

from .errors import ApiError, failed, media_not_allowed, method_not_allowed, no_such_path, not_json
from .events import Events
from .json_body import read_object
from .routes import Routes

log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
# Of a body: raises what `is_refusal` knows, which tells its `message` and `where`.
MediaRule = Callable[[Any], None]

HEALTH = "/health"
POLICY_VIOLATION = 1008  # of websockets


class Door:
    """`open_routes` is called once, when the server starts. `refuse_media` raises `refused` for a body that names
    something to fetch or to open.
    """

    def __init__(self, open_routes: Callable[[], Routes], refuse_media: MediaRule, refused: type[Exception]) -> None:
        self._open_routes = open_routes
        self._refuse_media = refuse_media
        self._refused = refused
        self._routes: Routes | None = None

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    self._routes = self._open_routes()
                except Exception as problem:
                    log.exception("the model cannot be served")
                    await send({"type": "lifespan.startup.failed", "message": str(problem)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Until it is answered, or the client has left: then what it asked for ends."""
        method, path = scope["method"], scope["path"]
        if path == HEALTH and method in {"GET", "HEAD"}:
            await _send_head(send, 200 if self._routes else 503, [(b"content-length", b"0")])
            await send({"type": "http.response.body"})
            return
        body = await _body(receive)
        work = asyncio.create_task(self._answer_body(method, path, body, send))
        leaving = asyncio.create_task(_until_left(receive))
        try:
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            if not work.done():
                work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def _answer_body(self, method: str, path: str, body: bytes, send: Send) -> None:
        try:
            answer = await self._route(method, path, body)
            if isinstance(answer, dict):
                await _send_json(send, 200, answer)
                return
            async with aclosing(answer.events) as events:
                # The head waits for the first event: until then what goes wrong is an error with a status.
                first = await anext(events)
                await _send_head(send, 200, [(b"content-type", b"text/event-stream; charset=utf-8")])
                await _send_events(send, first, events, answer)
        except ApiError as error:
            await _send_json(send, error.status, error.body(), error.headers)
        except Exception:
            log.exception("a request failed")
            await _send_json(send, 500, failed().body())

    async def _route(self, method: str, path: str, body: bytes) -> dict[str, Any] | Events:
        routes = self._routes
        if routes is None:
            raise ApiError(503, "model_not_loaded", "the model is being loaded; try again in a moment")
        allowed = "GET" if path == HEALTH else routes.method_of(path)
        if allowed is None:
            raise no_such_path(method, path)
        if method != allowed:
            raise method_not_allowed(method, path, allowed)
        if allowed == "GET":
            return routes.look_up(path)
        return await routes.posts[path](self._parsed(body))

    def _parsed(self, body: bytes) -> dict[str, Any]:
        asked = read_object(body)
        try:
            self._refuse_media(asked)
        except self._refused as refused:
            where = getattr(refused, "where", None) or None
            raise media_not_allowed(str(getattr(refused, "message", refused)), where) from refused
        except RecursionError as problem:
            raise not_json("it is nested too deeply") from problem
        return asked


async def _body(receive: Receive) -> bytes:
    pieces = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_events(send: Send, first: bytes, events: AsyncGenerator[bytes, None], answer: Events) -> None:
    """An error in between is the last event."""
    try:
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for event in events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
    except ApiError as error:
        await send({"type": "http.response.body", "body": answer.error_event(error), "more_body": True})
    except Exception:
        log.exception("a stream failed")
        await send({"type": "http.response.body", "body": answer.error_event(failed()), "more_body": True})
    await send({"type": "http.response.body"})


async def _send_json(
    send: Send, status: int, body: Mapping[str, Any], headers: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    known = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await _send_head(send, status, [*known, *headers])
    await send({"type": "http.response.body", "body": content})


async def _send_head(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
