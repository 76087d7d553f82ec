"""The guard in front of a model server itself: the rule for whoever does not come through the gateway."""

import json
from typing import Any

from .rule import ANY, DENY, MediaRefused, media_urls


class MediaGuard:
    """Around an ASGI application: refuses requests that would have it fetch an address or open a file."""

    def __init__(self, app: Any, policy: str) -> None:
        self.app = app
        # With `public`, whoever may fetch did so before.
        self.policy = ANY if policy == ANY else DENY

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        why = self._fault(b"".join(message.get("body", b"") for message in messages))
        if why:
            await _say(send, why)
            return

        async def replay() -> Any:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, replay, send)

    def _fault(self, body: bytes) -> str:
        try:
            media_urls(json.loads(body or b"null"), self.policy)
        except MediaRefused as refused:
            return str(refused)
        except (ValueError, RecursionError):
            return "the body is not JSON that can be read"
        return ""


async def _say(send: Any, message: str) -> None:
    """In the shape of ms-swift's own refusals."""
    body = json.dumps({"message": message, "object": "error"}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": body})
