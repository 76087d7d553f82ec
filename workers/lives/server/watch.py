"""The watch on a server while it runs: proves that it answers, publishes it, notices when it does not any more."""

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog

from common.access.addresses import in_url
from common.clock import now, to_ms
from common.reasons import Reason
from common.secret import Secret
from common.store.outcomes import Outcome
from deploy.sealing import SealBroken, unseal
from workers.attempts.attempt import Attempt
from workers.attempts.ends import Unwanted
from workers.lives.server.facts import facts_of, note_facts
from workers.lives.server.listeners import listening_ports, ports_of
from workers.lives.server.probe import ProbeKind, ProbeResult, probe_server
from workers.lives.server.verdict import ServerStop
from workers.runner_control import read_runner, request_stop

log = structlog.get_logger()

STARTING_SECONDS = 0.5
UNHEALTHY_PROBES = 3
ANSWERS = {ProbeKind.READY, ProbeKind.LOCKED}


class ServerWatch:
    """One server, from its start to its end. What it knows it finds out again after a restart of the worker."""

    def __init__(self, attempt: Attempt, phase_dir: Path) -> None:
        self._attempt = attempt
        self._settings = attempt.node.settings
        self._phase_dir = phase_dir
        self._port = attempt.job.served.port or 0
        self._deploy = attempt.job.spec.serving
        self._models = (self._deploy.name, *self._deploy.adapters)
        self._key = self._server_key()
        self._look_at = 0.0
        self._failures = 0
        self._asked_to_stop = False
        self._facts = facts_of(attempt.folder)
        self._published_at: int | None = None
        self._is_stable = False
        self._unhealthy_since = self._adopted_trouble()

    def look(self) -> None:
        """Called every moment; looks when it is time to. Raises Detached or Unwanted."""
        if time.monotonic() < self._look_at or self._asked_to_stop:
            return
        result = self._probe()
        if self._facts.ready_at_s is None:
            self._judge_starting(result)
        else:
            self._judge_running(result)
        pause = self._settings.deploy_probe_seconds
        self._look_at = time.monotonic() + (min(STARTING_SECONDS, pause) if self._facts.ready_at_s is None else pause)

    def _adopted_trouble(self) -> float | None:
        """Since when, on this process's clock, an earlier worker saw the same server in trouble."""
        since = self._attempt.job.served.unhealthy_since
        if since is None or self._facts.ready_at_s is None:
            return None
        return time.monotonic() - (now() - since).total_seconds()

    def _server_key(self) -> Secret:
        """Empty where the secret was changed since it was sealed: what runs is looked at all the same."""
        try:
            return unseal(self._settings, self._deploy.sealed_api_key)
        except SealBroken as broken:
            log.warning("server_key_unknown", message=str(broken))
            return Secret()

    def _probe(self) -> ProbeResult:
        host, patience = reachable(self._settings.deploy_host), self._settings.deploy_probe_timeout_seconds
        return probe_server(host, self._port, self._models, self._ports, patience, key=self._key.reveal())

    def _ports(self) -> frozenset[int]:
        started = read_runner(self._phase_dir)
        pids = [process.pid for process in started.processes] if started else []
        own = ports_of(pids)
        # As a rule the server itself listens, which spares a look at every process of the machine.
        return own if self._port in own else listening_ports(self._attempt.folder.mark, self._attempt.number, pids)

    def _judge_starting(self, result: ProbeResult) -> None:
        if result.kind is ProbeKind.READY:
            # The folder first: a worker that is killed between the two publishes it again.
            self._facts = replace(self._facts, ready_at_s=time.time(), ever_ready=True)
            note_facts(self._attempt.folder, self._facts)
            self._publish()
        elif result.kind is ProbeKind.WRONG_MODEL:
            self._stop(ServerStop.WRONG_MODEL, result.message)
        elif result.kind is ProbeKind.WRONG_PORT:
            self._stop(ServerStop.PORT_STOLEN, result.message)
        elif self._age_seconds() > self._settings.deploy_ready_timeout_seconds:
            self._stop(ServerStop.NOT_READY, result.message)

    def _age_seconds(self) -> float:
        """By the clock of the machine: the worker may be another one than that which started the server."""
        started = read_runner(self._phase_dir)
        return (now() - started.started_at).total_seconds() if started else 0.0

    def _judge_running(self, result: ProbeResult) -> None:
        if result.kind not in ANSWERS:
            self._count_failure(result)
            return
        self._failures = 0
        if self._unhealthy_since is not None:
            self._unhealthy_since = None
            self._attempt.note("healthy", "it answers again", unhealthy_since_ms="", reason="", message="")
            self._published_at = None  # its version may have become the wanted one meanwhile
        if self._published_at != self._attempt.node.compared.times:  # what was told may have been forgotten
            self._publish()
        self._forgive_when_stable()

    def _count_failure(self, result: ProbeResult) -> None:
        self._failures += 1
        if self._unhealthy_since is None and self._failures >= UNHEALTHY_PROBES:
            self._unhealthy_since = time.monotonic()
            seconds = self._settings.deploy_unhealthy_seconds
            text = f"its server stopped answering: {result.message}; it is started again if that lasts {seconds:g} s"
            trouble = {"unhealthy_since_ms": to_ms(now()), "reason": Reason.UNHEALTHY, "message": text}
            self._attempt.note("unhealthy", text, **trouble)
        since = self._unhealthy_since
        if since is not None and time.monotonic() - since >= self._settings.deploy_unhealthy_seconds:
            self._stop(ServerStop.UNHEALTHY, result.message)

    def _publish(self) -> None:
        attempt, deploy = self._attempt, self._deploy
        host = in_url(self._settings.deploy_advertise_host or self._settings.deploy_host)
        endpoint = f"http://{host}:{self._port}/v1"
        text = f"answers as {deploy.name} at {endpoint}"
        store = attempt.node.store.deployments
        told_at = attempt.node.compared.times
        outcome = attempt.tell(
            partial(
                store.ready,
                attempt.job.id,
                attempt.number,
                name=deploy.name,
                version=deploy.version,
                endpoint=endpoint,
                message=text,
            )
        )
        if outcome is Outcome.CANCEL_REQUESTED:
            return  # the phase ends it
        if outcome is not Outcome.OK:
            raise Unwanted(str(outcome))
        if self._published_at is None:
            log.info("server_ready", endpoint=endpoint)
        self._published_at = told_at

    def _forgive_when_stable(self) -> None:
        """Once: a server that has answered for long owes nothing any more."""
        stable_s = self._settings.deploy_stable_seconds
        if self._is_stable or time.time() - (self._facts.ready_at_s or 0.0) < stable_s:
            return
        self._is_stable = True
        if self._facts.restarts or self._attempt.job.infra_failures:
            self._facts = replace(self._facts, restarts=0)
            text = f"answers for {stable_s:g} s now; its earlier restarts are forgiven"
            self._attempt.note("stable", text, restarts=0, infra_failures=0)
            note_facts(self._attempt.folder, self._facts)

    def _stop(self, why: ServerStop, message: str) -> None:
        log.warning("server_stopping", why=str(why), message=message)
        note_facts(self._attempt.folder, replace(self._facts, stopped_because=message))
        request_stop(self._phase_dir, why, self._settings.stop_grace_seconds)
        self._asked_to_stop = True


def reachable(host: str) -> str:
    """Where to ask a server of this machine that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
