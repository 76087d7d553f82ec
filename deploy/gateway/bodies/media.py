"""Media: what a request may bring along for the model to look at: content; addresses as far as MEDIA_URLS lets them."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from common.asked_media import PUBLIC, MediaRefused, content_fault, media_urls
from deploy.gateway.bodies.json_body import read_json
from deploy.gateway.bodies.media_fetch import MediaFetcher, NotFetched, Room
from deploy.gateway.errors import Refusal, body_too_large, media_not_allowed, media_not_fetched

URLS_MAX = 16

_decoder = msgspec.json.Decoder()


@dataclass(frozen=True, slots=True)
class MediaDoor:
    """Lets requests in under the policy of MEDIA_URLS."""

    policy: str
    max_bytes: int
    fetcher: MediaFetcher

    async def admit(self, body: bytes) -> bytes:
        """The body as a replica may get it, with content in place of what was fetched. Raises a Refusal."""
        asked = read_json(body, _decoder)
        try:
            found = media_urls(asked, self.policy)
        except MediaRefused as refused:
            raise media_not_allowed(refused.message, refused.where) from refused
        if self.policy != PUBLIC or not found:
            return body
        fetched = await self._fetch_all({medium.value: medium.where for medium in reversed(found)})
        for medium in found:
            medium.holder[medium.key] = fetched[medium.value]
            if why := content_fault(medium):
                raise media_not_fetched(medium.where, why)
        return self._encoded(asked)

    async def _fetch_all(self, places: dict[str, str]) -> dict[str, str]:
        """Data URLs by address; `places` tells where each of these stands."""
        if len(places) > URLS_MAX:
            raise media_not_allowed(f"the request names {len(places)} addresses; {URLS_MAX} are fetched at most", None)
        room = Room(self.max_bytes * 3 // 4)  # base64 makes four of three
        async with asyncio.TaskGroup() as group:
            tasks = {url: group.create_task(self._try(url, where, room)) for url, where in places.items()}
        answers = {url: task.result() for url, task in tasks.items()}
        _raise_first(answers.values())
        return {url: answer for url, answer in answers.items() if isinstance(answer, str)}

    async def _try(self, url: str, where: str, room: Room) -> str | Refusal:
        try:
            return await self.fetcher.fetch(url, room)
        except NotFetched as problem:
            return media_not_fetched(where, str(problem))

    def _encoded(self, asked: Any) -> bytes:
        body = msgspec.json.encode(asked)
        if len(body) > self.max_bytes:
            raise body_too_large(self.max_bytes)
        return body


def _raise_first(answers: Collection[str | Refusal]) -> None:
    for answer in answers:
        if isinstance(answer, Refusal):
            raise answer
