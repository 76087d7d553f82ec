"""Steering the queue: a pass now, taking a job out, pausing and resuming placement."""

import time
from typing import Any

import structlog

from api.services import Services
from api.services.hints import ring_scheduler
from api.services.refusals import not_queued
from common.clock import iso, to_ms
from common.errors import JobNotFound
from common.store.outcomes import Outcome
from scheduler.scheduler import Scheduler, sender
from scheduler.scheduling_pass import PassResult, run_passes

log = structlog.get_logger()

# How long to wait for another scheduler's pass to end before saying that it runs.
_PATIENCE_SECONDS = 3.0
_POLL_SECONDS = 0.05
_DETAILS_MAX = 1000


def process_queue(services: Services) -> dict[str, Any]:
    """Run one pass, now, in this process, through the scheduler's own code; tells what it did."""
    result = _pass(Scheduler(services.store, services.settings, sender(services.celery)))
    if result is None:
        message = "another pass runs just now; it looks at the queue again when it is done"
        return {"message": message, "result": _result(PassResult())}
    if services.store.passes.is_paused():
        message = "nothing is started while placing is paused: start the queue processor first"
        return {"message": message, "result": _result(result)}
    started, waiting = len(result.started), len(result.blocked) + len(result.refused)
    message = f"looked at {result.processed} waiting jobs: {started} started, {waiting} wait on"
    return {"message": message, "result": _result(result)}


def remove_from_queue(services: Services, job_id: str, actor: str) -> str:
    """Take a waiting job out of the queue and hold it. Raises JobNotFound, NotQueued."""
    outcome = services.store.jobs.hold(job_id, f"taken out of the queue by {actor or 'the user'}")
    if outcome is Outcome.MISSING:
        raise JobNotFound(f"there is no job '{job_id}'", job_id=job_id)
    if outcome is Outcome.MOVED_ON:
        raise not_queued(services.store.jobs.get(job_id))
    log.info("job_held", job_id=job_id, actor=actor)
    return f"job '{job_id}' left the queue and is held until it is started or deleted"


def stop_processor(services: Services, actor: str) -> str:
    """Place nothing until it is started again, however often anything is restarted. Twice is fine."""
    services.store.passes.pause(to_ms(services.store.now()), actor or "the user")
    log.info("placing_paused", actor=actor)
    return "queue processor was stopped: nothing new is placed, running jobs go on"


def start_processor(services: Services, actor: str) -> str:
    """Place again, and look at the queue at once. Twice is fine."""
    if services.store.passes.resume():
        log.info("placing_resumed", actor=actor)
    for job in services.store.queue.jobs(1):
        ring_scheduler(services, job)
    return "queue processor was started: waiting jobs are placed"


def processor_status(services: Services) -> dict[str, Any]:
    """Whether placing goes on, and what the last pass did."""
    passes = services.store.passes
    pause, last = passes.pause_state(), passes.last()
    return {
        "running": pause is None,
        "paused_at": iso(pause.paused_at) if pause else None,
        "by": pause.by if pause else None,
        "queue_length": services.store.queue.count(),
        "check_interval_seconds": services.settings.queue_check_interval_seconds,
        "last_pass": {
            "ended_at": iso(last.ended_at),
            "milliseconds": last.milliseconds,
            "started": last.started,
            "waiting": last.blocked,
            "failed": last.refused,
        }
        if last
        else None,
    }


def _pass(scheduler: Scheduler) -> PassResult | None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (result := run_passes(scheduler)) is None and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return result


def _result(result: PassResult) -> dict[str, Any]:
    details = [{"job_id": job_id, "result": "started"} for job_id in result.started]
    details += [{"job_id": job_id, "result": "failed", "reason": why} for job_id, why in result.refused]
    details += [
        {"job_id": item.workload_id, "result": "waiting", "reason": item.reason, "message": item.message}
        for item in result.blocked
    ]
    return {
        "processed": result.processed,
        "started": len(result.started),
        "failed": len(result.refused),
        "details": details[:_DETAILS_MAX],
    }
