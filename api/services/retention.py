"""Retention by request: the same steps that the duties process takes, for as long as one request may last."""

import time
from typing import Any

import structlog

from api.services import Services
from common.clock import from_ms, iso
from scheduler.duties.retention import Due, Old, OldJobs, everything_old
from scheduler.duties.rota import STEP

log = structlog.get_logger()

# Each request does so much of it; the client asks again.
BUDGET_SECONDS = 1.0


def prune(services: Services, actor: str, stay: int) -> dict[str, Any]:
    """Forget what is old, the oldest first; `more` when there was no time for all of it.

    So many jobs at the front were looked at by the request before, and stay; how many there are now is in the answer.
    """
    until, more = time.monotonic() + BUDGET_SECONDS, False
    kinds = everything_old(services.store, services.settings, stay)
    for old in kinds:
        more = (old.kept_days > 0 and _is_cut_off(old, until)) or more
    log.info("retention_asked_for", actor=actor, **{old.kind: old.gone for old in kinds})
    now_stay = next(old.stay for old in kinds if isinstance(old, OldJobs))
    return {"dry_run": False, "more": more, "stay": now_stay, "kinds": [_row(old, old.gone) for old in kinds]}


def dry_run(services: Services) -> dict[str, Any]:
    """What would go."""
    kinds = everything_old(services.store, services.settings)
    rows = [_due_row(old, old.due() if old.kept_days else Due()) for old in kinds]
    return {"dry_run": True, "more": False, "stay": 0, "kinds": rows}


def _is_cut_off(old: Old, until: float) -> bool:
    """One step at least, however little time the others left."""
    while old.do(STEP) >= STEP:
        if time.monotonic() >= until:
            return True
    return False


def _due_row(old: Old, due: Due) -> dict[str, Any]:
    moments = {"oldest_at": _moment(due.span.oldest_ms), "newest_at": _moment(due.span.newest_ms)}
    return _row(old, due.span.count) | moments | {"is_least": due.is_least}


def _row(old: Old, count: int) -> dict[str, Any]:
    nothing = {"is_least": False, "oldest_at": None, "newest_at": None}
    return {"kind": old.kind, "kept_days": old.kept_days, "count": count, **nothing}


def _moment(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else iso(from_ms(milliseconds))
