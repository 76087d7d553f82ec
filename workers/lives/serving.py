"""Serving, a deployment's life on its node: one server after the other, until the user has enough of it or it fails."""

from functools import partial

import structlog

from common.jobs import Phase
from common.reasons import Reason
from common.store.outcomes import Outcome
from workers.attempts.attempt import Attempt
from workers.attempts.ends import End, Unwanted
from workers.attempts.phase import InfrastructureFailed, PhasePlan
from workers.lives.server.facts import ServerFacts, facts_of, note_facts
from workers.lives.server.start import server_spec
from workers.lives.server.verdict import ServerEnd, ServerStop, ServerVerdict, judge_server
from workers.lives.server.watch import ServerWatch
from workers.runner_control import ExitRecord, read_exit, read_runner

log = structlog.get_logger()

RESTART_DELAY_MAX_SECONDS = 60.0


def serve(attempt: Attempt) -> End:
    """Raises LaunchRefused, InfrastructureFailed, Detached or Unwanted."""
    while True:
        if _was_cancelled_before_its_server(attempt):
            return attempt.cancel()
        ended = _run_server(attempt)
        if attempt.was_cancelled:
            return attempt.cancel()
        if ended.reason not in set(ServerStop) and (stopped := attempt.stopped(ended)):
            return stopped
        verdict = _judge(attempt, ended)
        if verdict.reason is Reason.PORT_STOLEN:
            raise InfrastructureFailed(verdict.reason, verdict.message)
        if not verdict.worth_a_restart:
            return attempt.fail(verdict.reason, verdict.message)
        restarts = _restarts(attempt, ended) + 1
        if restarts > attempt.node.settings.deploy_restarts_max:
            text = f"its server ended {restarts} times within a short while; the last time: {verdict.message}"
            return attempt.fail(Reason.CRASH_LOOP, text)
        if not _back_off(attempt, verdict, restarts):
            return attempt.cancel()


def _was_cancelled_before_its_server(attempt: Attempt) -> bool:
    """A worker that adopts a deployment between two servers starts no further one for a user who does not want it."""
    phase_dir = attempt.folder.phase_dir(facts_of(attempt.folder).phase)
    was_started = read_runner(phase_dir) is not None or read_exit(phase_dir) is not None
    return attempt.job.cancel_requested_at is not None and not was_started


def _run_server(attempt: Attempt) -> ExitRecord:
    name = facts_of(attempt.folder).phase
    watch = ServerWatch(attempt, attempt.folder.phase_dir(name))
    announce = partial(attempt.announce_start, "a model server", Phase.SERVE)
    return attempt.run(PhasePlan(name, partial(server_spec, attempt), announce, look=watch.look))


def _judge(attempt: Attempt, ended: ExitRecord) -> ServerVerdict:
    facts = facts_of(attempt.folder)
    seen = ServerEnd(
        record=ended,
        ever_ready=facts.ever_ready,
        port=attempt.job.served.port or 0,
        asked_for_port=bool(attempt.job.spec.serving.port),
        why=facts.stopped_because,
        ready_timeout_seconds=attempt.node.settings.deploy_ready_timeout_seconds,
    )
    return judge_server(seen, attempt.folder.log_path)


def _restarts(attempt: Attempt, ended: ExitRecord) -> int:
    """How many restarts count: those before a server that answered for long are forgiven."""
    facts = facts_of(attempt.folder)
    stable_s = attempt.node.settings.deploy_stable_seconds
    if facts.ready_at_s is not None and ended.ended_at.timestamp() - facts.ready_at_s >= stable_s:
        return 0
    return facts.restarts


def _back_off(attempt: Attempt, verdict: ServerVerdict, restarts: int) -> bool:
    """Say so and wait; False when the user wants it to end meanwhile.

    First Redis, then the folder: done twice by two workers it is the same restart.
    """
    node, job = attempt.node, attempt.job
    delay = min(RESTART_DELAY_MAX_SECONDS, node.settings.deploy_restart_delay_seconds * 2 ** (restarts - 1))
    text = f"{verdict.message}; restart {restarts} of at most {node.settings.deploy_restarts_max} in {delay:g} s"
    store = node.store.deployments
    outcome = attempt.tell(partial(store.restart, job.id, attempt.number, verdict.reason, text, restarts))
    if outcome is not Outcome.OK:
        raise Unwanted(str(outcome))
    log.warning("server_restarts", reason=str(verdict.reason), message=verdict.message, restarts=restarts)
    _next_server(attempt, restarts)
    return attempt.pause(delay)


def _next_server(attempt: Attempt, restarts: int) -> None:
    facts = facts_of(attempt.folder)
    fresh = ServerFacts(server=facts.server + 1, restarts=restarts, ever_ready=facts.ever_ready)
    note_facts(attempt.folder, fresh)
