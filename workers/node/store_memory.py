"""Which store this node was told of last: another one means that what that one held is gone."""

import json

import structlog

from common.clock import to_ms
from workers.node.local import LocalNode

log = structlog.get_logger()

_FILE = "store.json"


def compare_store(node: LocalNode) -> None:
    """Say what this node noticed about the store: it was emptied, or is an older copy."""
    facts, known = node.store.facts.read(), _known(node)
    if known not in {"", facts.id}:
        log.error("store_was_emptied", known=known, found=facts.id, began_at=facts.created_at.isoformat())
        node.store.facts.say_emptied(node.name, to_ms(facts.now))
    elif node.compared.found_forgotten:
        log.error("store_is_an_older_copy", store=facts.id)
        node.store.facts.say_restored(node.name, to_ms(facts.now))
    node.compared.found_forgotten = False
    if known != facts.id:
        node.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = node.folder / f"{_FILE}.tmp"
        fresh.write_text(json.dumps({"id": facts.id}), encoding="utf-8")
        fresh.replace(node.folder / _FILE)


def _known(node: LocalNode) -> str:
    try:
        return str(json.loads((node.folder / _FILE).read_text(encoding="utf-8"))["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
