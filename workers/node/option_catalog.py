"""The options of this node's own ms-swift: read from it once per release, kept in the node's folder, published."""

import os
import subprocess
import threading
from pathlib import Path

import structlog

from common.errors import StoreUnavailable
from common.store.swift_options import SwiftOptionsStore
from common.swift import programs
from common.swift.options import Catalog, nearest_catalog, parse_catalog
from common.swift.options.bundled import bundled_text
from workers.swift.installed import INHERITED

log = structlog.get_logger()

SCRIPT = Path(programs.__file__).with_name("describe_options.py")
TIMEOUT_SECONDS = 300
RETRY_SECONDS = 10.0


def node_catalog(folder: Path, version: str) -> Catalog:
    """What this node made of its ms-swift; until then the nearest catalog that comes with the service."""
    text = _kept(folder, version)
    return parse_catalog(text) if text else nearest_catalog(version)


def refresh_in_background(
    python: str, version: str, folder: Path, store: SwiftOptionsStore, stop: threading.Event
) -> None:
    """Publish this node's catalog, made first where none is bundled; the node works meanwhile."""
    if version:
        arguments = (python, version, folder, store, stop)
        threading.Thread(target=_refresh, args=arguments, name="swift-options", daemon=True).start()


def make_catalog(python: str, version: str, folder: Path) -> str | None:
    """Ask ms-swift itself, which takes some seconds, and keep the answer in `folder`; None when that failed."""
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    out = _path(folder, version)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        subprocess.run(
            [python, "-I", str(SCRIPT), str(out)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            env=environment | {"OMP_NUM_THREADS": "1"},
            cwd=folder,
            timeout=TIMEOUT_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("swift_options_not_read", version=version, error=str(error)[-500:])
        return None
    return _kept(folder, version)


def _refresh(python: str, version: str, folder: Path, store: SwiftOptionsStore, stop: threading.Event) -> None:
    text = bundled_text(version) or _kept(folder, version) or make_catalog(python, version, folder)
    while text and not stop.is_set():
        try:
            if store.publish(version, text):
                log.info("swift_options_published", version=version)
        except StoreUnavailable:
            stop.wait(RETRY_SECONDS)
        else:
            return


def _kept(folder: Path, version: str) -> str | None:
    """What was kept, unless it is torn or of another release."""
    try:
        text = _path(folder, version).read_text(encoding="utf-8")
        return text if parse_catalog(text).version == version else None
    except (OSError, ValueError):
        return None


def _path(folder: Path, version: str) -> Path:
    # A version comes from package metadata; only what may stand in a file name is taken from it.
    plain = "".join(letter if letter.isalnum() or letter in ".+-_" else "_" for letter in version)
    return folder / f"swift-options-{plain}.json"
