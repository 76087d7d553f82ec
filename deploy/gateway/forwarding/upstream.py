"""The upstream: sends a request to one replica and waits for the head of its answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
from yarl import URL

from deploy.gateway.forwarding.connections import Connector
from deploy.gateway.forwarding.headers import Headers, to_replica
from deploy.gateway.forwarding.retries import Failure
from deploy.routes import Replica

# Below the 5 s after which uvicorn, which most model servers run on, closes idle connections.
KEEP_IDLE_SECONDS = 4.0


class Failed(Exception):
    """The replica gave no answer."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Call:
    """What any of the replicas may be sent."""

    path: str
    headers: Headers
    body: bytes
    request_id: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """Connections to replicas: `kept` ones are used again, `fresh` ones once."""

    kept: aiohttp.ClientSession
    fresh: aiohttp.ClientSession

    async def send(self, replica: Replica, call: Call, *, on_fresh_connection: bool) -> aiohttp.ClientResponse:
        """The answer, once its head is there; whoever gets it closes it. Raises Failed."""
        session = self.fresh if on_fresh_connection else self.kept
        connection = SimpleNamespace(is_reused=False)
        try:
            return await session.post(
                URL(replica.base_url.rstrip("/") + call.path, encoded=True),
                data=call.body,
                headers=to_replica(call.headers, call.request_id, replica.api_key),
                allow_redirects=False,
                trace_request_ctx=connection,
            )
        except (aiohttp.ClientError, OSError) as exc:
            failure = _failure(exc, is_reused=connection.is_reused)
            raise Failed(failure, type(exc).__name__) from exc


@asynccontextmanager
async def open_upstream(connect_seconds: float) -> AsyncIterator[Upstream]:
    """Connections for as long as the gateway runs."""
    async with _session(connect_seconds, is_kept=True) as kept, _session(connect_seconds, is_kept=False) as fresh:
        yield Upstream(kept, fresh)


def _session(connect_seconds: float, *, is_kept: bool) -> aiohttp.ClientSession:
    connector = Connector(keepalive_timeout=KEEP_IDLE_SECONDS) if is_kept else Connector(force_close=True)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        # Whoever waits for an answer sets its own limit; only connecting is limited here.
        timeout=aiohttp.ClientTimeout(total=None, connect=connect_seconds, sock_connect=connect_seconds),
        auto_decompress=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        trace_configs=[_notes_reuse()] if is_kept else [],
    )


def _notes_reuse() -> aiohttp.TraceConfig:
    async def note(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
        context.trace_request_ctx.is_reused = True

    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(note)
    return trace


def _failure(exc: Exception, *, is_reused: bool) -> Failure:
    if isinstance(exc, aiohttp.ServerTimeoutError):
        return Failure.UNREACHABLE
    if isinstance(exc, aiohttp.ClientConnectorError):
        return Failure.REFUSED
    if isinstance(exc, aiohttp.ServerDisconnectedError) and not isinstance(exc.message, str):
        return Failure.GARBLED  # a part of an answer's head came
    if isinstance(exc, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | OSError):
        return Failure.STALE if is_reused else Failure.LOST
    return Failure.GARBLED
