"""The real gateway, told of its replicas by a file: `python -m tests.integration.deploy.gateway.file_routed FILE`.

A file beside it, names.json, tells what names of the web are: {"host": {"claims": [addresses], "port": of loopback}}.
"""

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from common.logging import setup_logging
from common.secret import Secret
from common.settings import Settings, load_settings
from common.store import open_store
from deploy.gateway import ledger
from deploy.gateway.bodies.public_addresses import PublicOnly
from deploy.gateway.callers import key_cache
from deploy.gateway.routes.live_routes import Source
from deploy.gateway.routes.route_table import RouteTable, make_table
from deploy.gateway.serve import serve
from deploy.routes import Replica

# Nobody wants to wait for these in a test.
FLUSH_SECONDS = 0.2
KEEP_SECONDS = 0.5


def _replica(told: dict[str, Any]) -> Replica:
    return Replica(**{**told, "models": tuple(told["models"]), "api_key": Secret(told["api_key"])})


def main(path: Path) -> None:
    ledger.FLUSH_SECONDS, key_cache.KEEP_SECONDS = FLUSH_SECONDS, KEEP_SECONDS

    def read() -> RouteTable:
        told = json.loads(path.read_text())
        if told["fails"]:
            raise ConnectionError("no routes today")
        return make_table([_replica(each) for each in told["replicas"]], told["known"])

    settings = load_settings()
    setup_logging(settings, "gateway")
    asyncio.run(_serve(settings, read, path.parent / "names.json"))


async def _serve(settings: Settings, read: Source, names: Path) -> None:
    await serve(
        settings, open_store(settings), read, OnLoopback(PublicOnly(Claimed(names)), names) if names.exists() else None
    )


class Claimed(AbstractResolver):
    """What the names say they are."""

    def __init__(self, names: Path) -> None:
        self.names = names

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_UNSPEC) -> list[ResolveResult]:
        told = json.loads(self.names.read_text()).get(host, {"claims": []})
        return [
            ResolveResult(hostname=host, host=claimed, port=port, family=family, proto=0, flags=0)
            for claimed in told["claims"]
        ]

    async def close(self) -> None:
        """Nothing is open."""


class OnLoopback(Claimed):
    """Whatever was found public is really here."""

    def __init__(self, public: PublicOnly, names: Path) -> None:
        super().__init__(names)
        self.public = public

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_UNSPEC) -> list[ResolveResult]:
        found = await self.public.resolve(host, port)
        really = json.loads(self.names.read_text())[host]["port"]
        return [ResolveResult({**each, "host": "127.0.0.1", "port": really}) for each in found]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
