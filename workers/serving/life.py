"""A deployment's life on its node: one server after the other, until the user has enough of it or it fails."""

import time
from functools import partial

import structlog

from common.jobs import Phase
from common.reasons import Reason
from workers import settle
from workers.attempt import Attempt
from workers.ends import End, Unwanted
from workers.phase import InfrastructureFailed, PhasePlan
from workers.runner_control import ExitRecord
from workers.serving.start import server_spec
from workers.serving.stops import ServerStop
from workers.serving.verdict import Ended, judge_server
from workers.serving.watch import ServerWatch

log = structlog.get_logger()

RESTART_DELAY_MAX_SECONDS = 60.0


def serve(attempt: Attempt) -> End:
    """Raises LaunchRefused, InfrastructureFailed, Detached or Unwanted."""
    if attempt.was_cancelled_before_it_began:
        return attempt.cancel()
    while True:
        ended, watch = _run_server(attempt)
        if ended.reason not in set(ServerStop) and (stopped := attempt.stopped(ended)):
            return stopped
        verdict = judge_server(Ended(ended, watch.was_ready, watch.asked_for_port), attempt.folder.log_path)
        if verdict.reason is Reason.PORT_STOLEN:
            raise InfrastructureFailed(verdict.reason, verdict.message)
        if not verdict.worth_a_restart:
            return attempt.fail(verdict.reason, verdict.message)
        restarts = _restarts(attempt, watch) + 1
        if restarts > attempt.node.settings.deploy_restarts_max:
            text = f"its server ended {restarts} times; the last time: {verdict.message}"
            return attempt.fail(Reason.CRASH_LOOP, text)
        if not _back_off(attempt, verdict.reason, verdict.message, restarts):
            return attempt.cancel()


def _run_server(attempt: Attempt) -> tuple[ExitRecord, "ServerWatch"]:
    number = int(attempt.folder.record().get("server", 1))
    name = f"{Phase.SERVE}-{number}"
    watch = ServerWatch(attempt, attempt.folder.phase_dir(name))
    announce = partial(attempt.announce_start, "a model server", Phase.SERVE)
    plan = PhasePlan(name, partial(server_spec, attempt), announce, look=watch.look)
    return attempt.run(plan), watch


def _restarts(attempt: Attempt, watch: ServerWatch) -> int:
    """How many restarts count: those before a server that answered for long are forgiven."""
    stable_s = attempt.node.settings.deploy_stable_seconds
    ready_at_s = watch.ready_at_s
    if ready_at_s is not None and time.time() - ready_at_s >= stable_s:
        return 0
    return int(attempt.folder.record().get("restarts", 0))


def _back_off(attempt: Attempt, reason: Reason, message: str, restarts: int) -> bool:
    """Say so and wait; False when the user wants it to end meanwhile.

    First Redis, then the folder: done twice by two workers it is the same restart.
    """
    node, job = attempt.node, attempt.job
    delay = min(RESTART_DELAY_MAX_SECONDS, node.settings.deploy_restart_delay_seconds * 2 ** (restarts - 1))
    text = f"{message}; restart {restarts} of at most {node.settings.deploy_restarts_max} in {delay:g} s"
    store = node.store.deployments
    outcome = settle.patiently(node, lambda: store.restart(job.id, attempt.number, reason, text, restarts))
    if outcome != "ok":
        raise Unwanted(str(outcome))
    log.warning("server_restarts", reason=str(reason), message=message, restarts=restarts, delay_seconds=delay)
    record = attempt.folder.record()
    attempt.folder.note(server=int(record.get("server", 1)) + 1, restarts=restarts, ready_at_s=None)
    return attempt.pause(delay)
