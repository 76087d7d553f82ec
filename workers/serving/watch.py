"""Looks at a server while it runs: proves that it answers, publishes it, notices when it does not any more."""

import time
from pathlib import Path

import structlog

from common.clock import now, to_ms
from common.store.outcomes import Outcome
from workers import settle
from workers.attempt import Attempt
from workers.ends import Unwanted
from workers.runner_control import read_runner, request_stop
from workers.serving.listeners import listening_ports
from workers.serving.probe import ProbeKind, ProbeResult, probe_server
from workers.serving.stops import ServerStop

log = structlog.get_logger()

STARTING_SECONDS = 0.5
UNHEALTHY_PROBES = 3


class ServerWatch:
    """One server, from its start to its end. What it knows it finds out again after a restart of the worker."""

    def __init__(self, attempt: Attempt, phase_dir: Path) -> None:
        self._attempt = attempt
        self._settings = attempt.node.settings
        self._phase_dir = phase_dir
        self._port = attempt.job.port or 0
        deploy = attempt.job.spec.deploy
        if deploy is None:
            raise ValueError("this job is no deployment")
        self._deploy = deploy
        self._models = (deploy.name, *deploy.adapters)
        self._look_at = 0.0
        self._failures = 0
        self._unhealthy_since: float | None = None
        self._asked_to_stop = False
        self.ready_at_s: float | None = attempt.folder.record().get("ready_at_s")
        self._published = False

    @property
    def was_ready(self) -> bool:
        """Whether this server ever answered."""
        return self.ready_at_s is not None

    @property
    def asked_for_port(self) -> bool:
        return bool(self._deploy.port)

    def look(self) -> None:
        """Called every moment; looks when it is time to. Raises Detached or Unwanted."""
        if time.monotonic() < self._look_at or self._asked_to_stop:
            return
        result = self._probe()
        if self._published:
            self._judge_running(result)
        else:
            self._judge_starting(result)
        self._look_at = time.monotonic() + (
            self._settings.deploy_probe_seconds if self._published else STARTING_SECONDS
        )

    def _probe(self) -> ProbeResult:
        settings, host = self._settings, reachable(self._settings.deploy_host)
        return probe_server(host, self._port, self._models, self._ports, settings.deploy_probe_timeout_seconds)

    def _ports(self) -> frozenset[int]:
        started = read_runner(self._phase_dir)
        pids = [process.pid for process in started.processes] if started else []
        return listening_ports(self._attempt.folder.mark, self._attempt.number, pids)

    def _judge_starting(self, result: ProbeResult) -> None:
        if result.kind is ProbeKind.READY:
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

    def _publish(self) -> None:
        attempt, deploy = self._attempt, self._deploy
        endpoint = f"http://{self._settings.deploy_advertise_host or self._settings.deploy_host}:{self._port}/v1"
        text = f"answers as {deploy.name} at {endpoint}"
        store = attempt.node.store.deployments
        outcome = settle.patiently(
            attempt.node,
            lambda: store.ready(
                attempt.job.id,
                attempt.number,
                name=deploy.name,
                version=deploy.version,
                endpoint=endpoint,
                message=text,
            ),
        )
        if outcome is Outcome.CANCEL_REQUESTED:
            return  # the phase ends it
        if outcome is not Outcome.OK:
            raise Unwanted(str(outcome))
        if self.ready_at_s is None:
            self.ready_at_s = time.time()
            attempt.folder.note(ready_at_s=self.ready_at_s)
        self._published = True
        log.info("server_ready", endpoint=endpoint)

    def _judge_running(self, result: ProbeResult) -> None:
        if result.kind is ProbeKind.READY:
            self._failures = 0
            if self._unhealthy_since is not None:
                self._unhealthy_since = None
                self._attempt.note("healthy", "it answers again", unhealthy_since_ms="")
            return
        self._failures += 1
        if self._unhealthy_since is None and self._failures >= UNHEALTHY_PROBES:
            self._unhealthy_since = time.monotonic()
            self._attempt.note("unhealthy", result.message, unhealthy_since_ms=to_ms(now()))
        since = self._unhealthy_since
        if since is not None and time.monotonic() - since >= self._settings.deploy_unhealthy_seconds:
            self._stop(ServerStop.UNHEALTHY, result.message)

    def _stop(self, why: ServerStop, message: str) -> None:
        log.warning("server_stopping", why=str(why), message=message)
        request_stop(self._phase_dir, why, self._settings.stop_grace_seconds)
        self._asked_to_stop = True


def reachable(host: str) -> str:
    """Where to ask a server of this machine that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
