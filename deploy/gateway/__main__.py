"""`python -m deploy.gateway`: the gateway as a process of its own."""

import asyncio
import sys

from common.logging import setup_logging
from common.settings import SettingsError, load_settings
from common.store import open_store
from common.store.version import begin_on_store
from deploy.gateway.routes.source import redis_source
from deploy.gateway.serve import serve


def main() -> None:
    try:
        settings = load_settings()
    except SettingsError as problem:
        sys.exit(f"gateway: {problem}")
    setup_logging(settings, "gateway")
    begin_on_store(settings, "gateway")
    store = open_store(settings)
    try:
        asyncio.run(serve(settings, store, redis_source(store, settings)))
    except OSError as problem:
        sys.exit(f"gateway: cannot listen on {settings.gateway_host}:{settings.gateway_port}: {problem}")


if __name__ == "__main__":
    main()
