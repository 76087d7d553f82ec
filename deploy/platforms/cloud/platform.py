"""A cloud as a platform, through SkyPilot: launches deployments' services, reads back how they are, takes them down."""

import os
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from common.jobs import Job
from common.secret import Secret
from common.settings import Settings
from deploy.platforms import Observation, PlatformProblem
from deploy.platforms.cloud.check_options import platform_problems
from deploy.platforms.cloud.options import cloud_options, platform_options
from deploy.platforms.cloud.service_document import (
    SERVER_KEY_VARIABLE,
    SERVER_PORT,
    service_document,
    service_name,
)
from deploy.platforms.cloud.skypilot import ask
from deploy.platforms.cloud.status import observation

LINES_MAX = 1000
# Launching a controller takes minutes: its end is looked for in the status.
WAIT_SECONDS = 20.0
# An answer costs seconds of a process of its own, and one has all services.
STATUS_SECONDS = 15.0
LOGS_SECONDS = 60.0

UNFINISHED = {"PENDING", "WAITING", "RUNNING"}
LEFT_BEHIND = {"CONTROLLER_FAILED", "FAILED_CLEANUP"}
WITHOUT_LOGS = {"PENDING", "SHUTTING_DOWN"}
REPLICAS_MAX = 8

_FIXED = re.compile(r"Fixed (\d+) replica")
_BETWEEN = re.compile(r"Autoscaling from (\d+) to (\d+) replica")

ServeArgv = Callable[[Job, int], Sequence[str]]


class CloudPlatform:
    """The clouds of the SkyPilot that the settings name. Safe to share between threads.

    `serve_argv(job, port)` are the options of `swift deploy` for a server on a machine of its own, which listens on all
    interfaces at that port; `programs` are the texts of the launcher that takes them and of what it needs.
    """

    def __init__(self, settings: Settings, serve_argv: ServeArgv, programs: Mapping[str, str]) -> None:
        self._settings = settings
        self._serve_argv = serve_argv
        self._programs = programs
        self._asking = threading.Lock()
        self._known: tuple[float, dict[str, Any]] | None = None
        self._logs: dict[str, tuple[float, list[str]]] = {}

    def apply(self, job: Job, api_key: Secret) -> None:
        """Launch the service unless it is there or on its way; bring its number of servers back to what was asked."""
        self._refuse_unusable(job)
        record, launch = self._look(job)
        if record is None and launch.get("status") not in UNFINISHED:
            self._send(job, "up", api_key)
        elif record is not None and _has_other_numbers(record, job):
            self._send(job, "update", api_key)

    def observe(self, job: Job) -> Observation:
        """How the service is; at most STATUS_SECONDS old."""
        return observation(*self._look(job))

    def logs(self, job: Job, lines: int) -> list[str]:
        """The newest lines of its servers, one server after the other; at most LOGS_SECONDS old."""
        name, wanted = service_name(job.id), max(0, min(lines, LINES_MAX))
        asked_at, known = self._logs.get(name, (-LOGS_SECONDS, []))
        if wanted and time.monotonic() - asked_at >= LOGS_SECONDS:
            replicas = _with_logs(self._look(job)[0])
            known = self._ask("logs", service=name, replicas=replicas, lines=LINES_MAX) if replicas else []
            self._logs[name] = (time.monotonic(), known)
        return known[max(0, len(known) - wanted) :]

    def delete(self, job: Job) -> bool:
        """Take the service down; True when SkyPilot knows nothing of it any more."""
        self._forget()
        record, launch = self._look(job)
        if record is None:
            return launch.get("status") not in UNFINISHED  # a launch on its way would still bring it
        if record.get("status") in LEFT_BEHIND:
            raise PlatformProblem(observation(record, launch).message, is_final=False)
        if record.get("status") != "SHUTTING_DOWN":
            self._ask("down", service=service_name(job.id), wait_seconds=WAIT_SECONDS)
            self._forget()
        return self._look(job)[0] is None

    def _refuse_unusable(self, job: Job) -> None:
        spec = job.spec.serving
        paths = [job.spec.model_path, *spec.adapters.values()]
        problems = platform_problems(spec.platform, gpus=job.spec.gpus, model_paths=paths)
        if problems:
            raise PlatformProblem("; ".join(f"platform.{name}: {message}" for name, message in problems), is_final=True)

    def _look(self, job: Job) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """The service's record, and the newest request that launches it."""
        with self._asking:
            if self._known is None or time.monotonic() - self._known[0] >= STATUS_SECONDS:
                self._known = (time.monotonic(), ask(self._settings, "status"))
            known = self._known[1]
        name = service_name(job.id)
        record = next((one for one in known["services"] if one["name"] == name), None)
        return record, known["launches"].get(name) or {}

    def _send(self, job: Job, verb: str, api_key: Secret) -> None:
        options = cloud_options(self._settings)
        argv = self._serve_argv(job, SERVER_PORT)
        task = service_document(job, argv, self._programs, options)
        secrets = {SERVER_KEY_VARIABLE: api_key.reveal()} | _from_environment(options.secret_names)
        try:
            self._ask(verb, service=service_name(job.id), task=task, secrets=secrets, wait_seconds=WAIT_SECONDS)
        finally:
            self._forget()

    def _ask(self, verb: str, **request: Any) -> Any:
        return ask(self._settings, verb, **request)

    def _forget(self) -> None:
        with self._asking:
            self._known = None


def _from_environment(names: Sequence[str]) -> dict[str, str]:
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        text = f"CLOUD_SECRETS names {', '.join(missing)}, which the deployer's environment does not have"
        raise PlatformProblem(text, is_final=False)
    return {name: os.environ[name] for name in names}


def _has_other_numbers(record: Mapping[str, Any], job: Job) -> bool:
    """Whether the service runs another number of servers than was asked for; unknown words count as the same."""
    policy, autoscaling = str(record.get("policy")), platform_options(job.spec.serving.platform).autoscaling
    fixed, between = _FIXED.search(policy), _BETWEEN.search(policy)
    if record.get("status") in {*LEFT_BEHIND, "SHUTTING_DOWN", "CONTROLLER_INIT"} or not (fixed or between):
        return False  # it cannot be updated now, or this release says it in other words
    there = (int(fixed[1]),) if fixed else tuple(map(int, between.groups())) if between else ()
    wanted = (autoscaling.min_replicas, autoscaling.max_replicas) if autoscaling else (job.spec.serving.replicas,)
    return there != wanted and set(there) != set(wanted)


def _with_logs(record: Mapping[str, Any] | None) -> list[int]:
    replicas = (record or {}).get("replica_info") or []
    return [one["replica_id"] for one in replicas if one.get("status") not in WITHOUT_LOGS][:REPLICAS_MAX]
