"""The real gateway, told of its replicas by a file: `python -m tests.integration.gateway.file_routed FILE`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from common.logging import setup_logging
from common.secret import Secret
from common.settings import load_settings
from common.store import open_store
from deploy.gateway import key_cache, ledger
from deploy.gateway.route_table import RouteTable, make_table
from deploy.gateway.serve import serve
from deploy.replicas import Replica

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
    asyncio.run(serve(settings, open_store(settings), read))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
