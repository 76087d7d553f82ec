"""Fetches pictures, videos and sounds from public addresses of the web, each bounded in size, time and hops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver
from yarl import URL

from common.asked_media import as_data_url, kind_of
from deploy.gateway.bodies.public_addresses import NotPublic, PublicOnly, is_literal, is_public

log = structlog.get_logger()

BYTES_MAX = 20 * 1024**2
SECONDS = 20.0
HOPS_MAX = 4
AT_ONCE = 8
PORTS = frozenset({80, 443})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class NotFetched(Exception):
    """Why there is nothing to pass on, as the end of a sentence about the address."""


@dataclass(slots=True)
class Room:
    """What all fetches of one request may take together."""

    left_bytes: int

    def take(self, count: int) -> None:
        """Raises NotFetched when it is not left."""
        self.left_bytes -= count
        if self.left_bytes < 0:
            raise NotFetched("and the others are too large together for one request (GATEWAY_MAX_BODY_BYTES)")


@dataclass(frozen=True, slots=True)
class MediaFetcher:
    """`session` connects to public addresses only. So many fetches at a time that their memory is bounded."""

    session: aiohttp.ClientSession
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def fetch(self, url: str, room: Room) -> str:
        """A data URL with what is there. Raises NotFetched."""
        try:
            async with asyncio.timeout(SECONDS), self.at_once:
                content = await self._follow(url, room)
        except TimeoutError as exc:
            raise NotFetched(f"did not answer in whole within {SECONDS:g} s") from exc
        except (NotPublic, aiohttp.ClientConnectorDNSError) as exc:  # aiohttp's is around ours
            raise NotFetched("is at no public address") from exc
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            log.info("media_not_fetched", error=type(exc).__name__)
            raise NotFetched("could not be fetched") from exc
        kind = kind_of(lambda begin, length: content[begin : begin + length])
        if not kind:
            raise NotFetched("is no picture, video or sound of a kind that is known here")
        return as_data_url(content, kind)

    async def _follow(self, address: str, room: Room) -> bytes:
        url = URL(address)
        for _ in range(HOPS_MAX):
            _refuse_address(url)
            async with self.session.get(url, allow_redirects=False) as answer:
                if answer.status not in _REDIRECTS:
                    return await _content(answer, room)
                url = url.join(URL(answer.headers.get("Location", "")))
        raise NotFetched(f"leads on more than {HOPS_MAX - 1} times")


@asynccontextmanager
async def open_media_fetcher(resolver: AbstractResolver | None = None) -> AsyncIterator[MediaFetcher]:
    """For as long as the gateway runs; without a `resolver`, names are what this machine knows, public ones only."""
    resolver = resolver or PublicOnly(aiohttp.ThreadedResolver())
    # Each connection looks its name up: one that was kept could be reached by another name.
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True, limit=AT_ONCE)
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        headers={"Accept": "image/*, video/*, audio/*", "Accept-Encoding": "identity", "User-Agent": "swift-trainer"},
    ) as session:
        yield MediaFetcher(session)


def _refuse_address(url: URL) -> None:
    if url.scheme not in {"http", "https"} or not url.host:
        raise NotFetched("leads to something that is no address of the web")
    if url.user is not None or url.password is not None:
        raise NotFetched("has a name or a password in it, which are not passed on")
    if url.port not in PORTS:
        raise NotFetched("names a port other than 80 and 443")
    if is_literal(url.host) and not is_public(url.host):
        raise NotPublic(url.host)


async def _content(answer: aiohttp.ClientResponse, room: Room) -> bytes:
    if answer.status != 200:
        raise NotFetched(f"was answered with status {answer.status}")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotFetched("was answered in a packed form, which is not unpacked here")
    content = bytearray()
    if (answer.content_length or 0) <= BYTES_MAX:
        async for piece in answer.content.iter_any():
            room.take(len(piece))
            content += piece
            if len(content) > BYTES_MAX:
                break
        else:
            return bytes(content)
    raise NotFetched(f"is larger than {BYTES_MAX // 1024**2} MiB")
