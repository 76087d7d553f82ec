"""The version of the store's format: what this release refuses to work on, and says when it starts.

An older store is worked on: it is migrated (`swt migrate`) when every process is of this release. See decision 0039.
"""

import os
import signal
import sys
import threading
import time

import structlog

from common.errors import StoreFull, StoreUnavailable
from common.settings import Settings
from common.store import Store, open_store
from common.store.connection import OF_A_PROBE
from common.store.migrations import EARLIEST, VERSION

log = structlog.get_logger()

LOOK_SECONDS = 1.0
# By this code of a worker gunicorn knows that no other one would come up, and ends as well.
REFUSED = 3


class StoreVersionRefused(Exception):
    """The store is not one for this release; the message says the way out."""


def known_version(store: Store) -> int:
    """The store's version. Raises StoreVersionRefused when a newer release has migrated it."""
    version = store.facts.read().version
    if version > VERSION:
        text = f"the store in Redis has version {version}, and this release knows no later one than {VERSION}"
        raise StoreVersionRefused(
            f"{text}: a newer release has migrated it; install that release here, or restore the backup from before"
        )
    return version


def begin_on_store(settings: Settings, process: str) -> None:
    """End this process, and say why, where the store is not one for this release.

    While Redis is away nobody knows: the process begins all the same, and is ended when Redis has told.
    """
    store = open_store(settings, OF_A_PROBE)
    try:
        _judge(store)
    except StoreVersionRefused as refused:
        sys.stderr.write(f"{process}: {refused}\n")
        sys.exit(REFUSED)
    except (StoreUnavailable, StoreFull):
        threading.Thread(target=_judge_later, args=[store], name="store-version", daemon=True).start()
        return
    store.client.close()


def _judge(store: Store) -> None:
    version = known_version(store)
    if version < EARLIEST:
        text = f"the store in Redis has version {version}, and this release reads no earlier one than {EARLIEST}"
        raise StoreVersionRefused(f"{text}: run `swt migrate` of this release first")
    if version < VERSION:
        hint = "run `swt migrate` when every process is of this release"
        log.warning("store_not_migrated", version=version, latest=VERSION, hint=hint)


def _judge_later(store: Store) -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        try:
            _judge(store)
        except StoreVersionRefused as refused:
            log.critical("store_version_refused", reason=str(refused))
            os.kill(os.getpid(), signal.SIGTERM)
        except (StoreUnavailable, StoreFull):
            continue
        store.client.close()
        return
