"""Asks the door as an ASGI server does: by hand, and with a client that may leave."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from common.asked_media import ANY, MediaRefused, media_urls
from common.swift.programs.serving.door import Door
from common.swift.programs.serving.routes import Routes

from .fake_engine import FakeEngine

NAMES = ("qwen", "team/bot")
CHAT, COMPLETIONS = "/v1/chat/completions", "/v1/completions"


@dataclass
class Answer:
    """What was sent."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)
    is_whole: bool = False

    @property
    def content(self) -> bytes:
        return b"".join(self.parts)

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def error(self) -> tuple[int, str | None, str | None]:
        """The status, the code, and what is at fault."""
        error = self.json["error"]
        assert error.keys() == {"message", "type", "param", "code"}
        return self.status, error["code"], error["param"]

    @property
    def events(self) -> list[str]:
        """Each event's text after `data: `, and each comment as it is."""
        content = self.content.decode()
        assert content.endswith("\n\n")
        return [event.removeprefix("data: ") for event in content.removesuffix("\n\n").split("\n\n")]

    @property
    def chunks(self) -> list[Any]:
        """What the events hold; comments and the end are no chunks."""
        return [json.loads(event) for event in self.events if event != "[DONE]" and not event.startswith(":")]

    def take(self, message: dict[str, Any]) -> None:
        """A message of the application, in the order that ASGI has."""
        assert not self.is_whole, "something came after the end"
        if message["type"] == "http.response.start":
            assert not self.status, "a second head came"
            self.status, self.headers = message["status"], dict(message["headers"])
            return
        assert self.status, "a body came before its head"
        if message.get("body"):
            self.parts.append(message["body"])
        self.is_whole = not message.get("more_body", False)


def rule(body: Any) -> None:
    """The service's own rule for media; any address of the web may pass."""
    media_urls(body, ANY)


def make_door(engine: FakeEngine, refuse_media: Callable[[Any], None] = rule) -> Door:
    """One whose model is not loaded yet."""
    return Door(lambda: Routes(engine, NAMES, "swift", "fake"), refuse_media, MediaRefused)


async def open_door(engine: FakeEngine, refuse_media: Callable[[Any], None] = rule) -> Door:
    """One whose server has started."""
    door, told = make_door(engine, refuse_media), asyncio.Queue[Any]()
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Any:
        return next(messages)

    await door({"type": "lifespan"}, receive, told.put)
    assert [told.get_nowait()["type"], told.get_nowait()["type"]] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    return door


async def call(
    door: Door, method: str, path: str, body: Any = b"", *, leaves: Callable[[Answer], bool] = lambda _: False
) -> Answer:
    """One request. The client leaves as soon as `leaves` says so of what it has got."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    middle = len(content) // 2
    bodies = iter([(content[:middle], True), (content[middle:], False)])
    answer = Answer()

    async def receive() -> Any:
        if (part := next(bodies, None)) is not None:
            return {"type": "http.request", "body": part[0], "more_body": part[1]}
        while not leaves(answer):
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        answer.take(message)

    await door({"type": "http", "method": method, "path": path}, receive, send)
    return answer


def asked(engine: FakeEngine, path: str, body: Any, method: str = "POST") -> Answer:
    """One request to a door of its own."""

    async def scenario() -> Answer:
        return await call(await open_door(engine), method, path, body)

    return asyncio.run(scenario())


def chat(**fields: Any) -> dict[str, Any]:
    """The body of a chat completion."""
    return {"model": "qwen", "messages": [{"role": "user", "content": "hi"}]} | fields


def completion(**fields: Any) -> dict[str, Any]:
    """The body of a text completion."""
    return {"model": "qwen", "prompt": "Once"} | fields
