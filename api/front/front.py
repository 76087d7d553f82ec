"""The ASGI front around the Flask app: one per process."""

from typing import Any

from flask import Flask

from api.front.bells import Bells
from api.front.bodies import Receive
from api.front.environ import Scope
from api.front.exchange import Exchange, Send
from api.front.lanes import Lanes


class Front:
    """Gives each request to a thread when it is whole, and keeps here what waits."""

    def __init__(self, app: Flask, threads: int, silence_seconds: float) -> None:
        self.app = app
        self.body_max: int = app.config["MAX_CONTENT_LENGTH"]
        self.silence_seconds = silence_seconds
        self.lanes = Lanes(threads)
        self.bells = Bells()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await Exchange(self, scope, receive, send).run()
        elif scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            await send({"type": "websocket.close"})

    def end(self) -> None:
        """Let nobody wait any longer; to be called on the event loop."""
        self.bells.ring_all_for_ever()

    def close(self) -> None:
        """Begin nothing more."""
        self.lanes.close()


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message: dict[str, Any] = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
