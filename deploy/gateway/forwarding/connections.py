"""Connections to replicas, which are let go of as soon as what comes on them is no HTTP, or was not asked for.

aiohttp waits on: for more of a body whose framing is broken, and with what came unasked for whoever asks next. It has
no door of its own for this; tests/integration/deploy/gateway/test_gateway_broken_connections.py shows whether a newer
release still behaves so.
"""

from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection


class Garbled(aiohttp.ClientPayloadError):
    """What follows the head is no HTTP."""


class _Protocol(ResponseHandler):
    def set_exception(self, exc: Any, *cause: Any) -> None:
        super().set_exception(exc, *cause)
        payload = self._payload
        if payload is not None and not payload.is_eof():
            payload.set_exception(Garbled("the body is no HTTP"))


class Connector(aiohttp.TCPConnector):
    """Any number of connections."""

    def __init__(self, **options: Any) -> None:
        super().__init__(limit=0, **options)
        self._factory = partial[ResponseHandler](_Protocol, loop=self._loop)  # type: ignore[assignment]

    async def _get(self, key: ConnectionKey, traces: list[Any]) -> Connection | None:
        """One that is kept, and on which nothing came since it was used last."""
        while (found := await super()._get(key, [])) is not None:
            if found.protocol is not None and not found.protocol.should_close:
                for trace in traces:
                    await trace.send_connection_reuseconn()
                return found
            found.close()
        return None
