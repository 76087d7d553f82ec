"""The verdict on a server's end: try again in place, elsewhere, or not at all; and why a worker ends one itself."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from common.reasons import Reason
from common.swift.programs.serve_launcher import PORT_TAKEN
from workers.runner_control import ExitRecord
from workers.swift.log_excerpt import end_of, last_lines
from workers.swift.verdict import ProcessEnd, judge_server_end

LOG_LINES = 100
LACKING_ENGINE = re.compile(r"No module named '(vllm|sglang|lmdeploy)'")


@dataclass(frozen=True, slots=True)
class ServerEnd:
    """A server that ended. `ever_ready` tells whether one of its attempt ever answered, `asked_for_port` whether the
    user had chosen its port, `why` what the worker saw that ended it.
    """

    record: ExitRecord
    ever_ready: bool = False
    port: int = 0
    asked_for_port: bool = False
    why: str = ""
    ready_timeout_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ServerVerdict:
    """`message` is a sentence for the user."""

    reason: Reason
    message: str
    worth_a_restart: bool


def judge_server(ended: ServerEnd, log_path: Path) -> ServerVerdict:
    """A server that gave up by itself before any of its attempt answered will not do better; another one may."""
    record = ended.record
    lines = last_lines(log_path, LOG_LINES)
    if record.reason == ServerStop.PORT_STOLEN or record.exit_code == PORT_TAKEN:
        return _without_port(ended)
    if record.reason == ServerStop.NOT_READY:
        return ServerVerdict(Reason.NOT_READY, _not_ready(ended, lines), worth_a_restart=ended.ever_ready)
    if record.reason == ServerStop.WRONG_MODEL:
        text = f"its server answers, but as another model: {ended.why}"
        return ServerVerdict(Reason.WRONG_MODEL, text, worth_a_restart=False)
    if record.reason == ServerStop.UNHEALTHY:
        return ServerVerdict(Reason.UNHEALTHY, f"its server stopped answering: {ended.why}", worth_a_restart=True)
    failure = judge_server_end(ProcessEnd(record.exit_code, record.oom_killed, end_of(log_path)))
    worth = ended.ever_ready or record.exit_code <= 0
    return ServerVerdict(failure.reason or Reason.EXIT_NONZERO, _with_advice(failure.message), worth_a_restart=worth)


def _not_ready(ended: ServerEnd, lines: list[str]) -> str:
    text = f"its server did not answer within {ended.ready_timeout_seconds:g} s of its start: {ended.why}"
    return f"{text}; the last line of its log: {lines[-1]}" if lines else text


def _with_advice(message: str) -> str:
    engine = LACKING_ENGINE.search(message)
    if engine is None:
        return message
    return f"{message}; install {engine[1]} beside ms-swift on the node, or choose another infer_backend"


def _without_port(ended: ServerEnd) -> ServerVerdict:
    """Of one that found its port taken (PORT_TAKEN) the worker saw nothing."""
    why = ended.why or f"another process listens on port {ended.port}"
    if ended.asked_for_port:
        text = f"it could not have port {ended.port}, which was asked for: {why}; ask for another one, or for none"
        return ServerVerdict(Reason.PORT_TAKEN, text, worth_a_restart=False)
    return ServerVerdict(Reason.PORT_STOLEN, why, worth_a_restart=False)


class ServerStop(StrEnum):
    """The reason that is handed to the runner."""

    NOT_READY = "not_ready"
    WRONG_MODEL = "wrong_model"
    PORT_STOLEN = "port_stolen"
    UNHEALTHY = "unhealthy"
