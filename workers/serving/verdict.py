"""What the end of a server means: try again in place, elsewhere, or not at all."""

from dataclasses import dataclass
from pathlib import Path

from common.reasons import Reason
from workers.runner_control import ExitRecord
from workers.serving.stops import ServerStop
from workers.swift.log_excerpt import last_lines
from workers.swift.serve_launcher import PORT_TAKEN
from workers.swift.verdict import ProcessEnd, judge_server_end

LOG_LINES = 100


@dataclass(frozen=True, slots=True)
class Ended:
    """A server that ended, whether it ever answered, and whether the user had asked for its port."""

    record: ExitRecord
    was_ready: bool
    asked_for_port: bool


@dataclass(frozen=True, slots=True)
class ServerVerdict:
    """`message` is a sentence for the user."""

    reason: Reason
    message: str
    worth_a_restart: bool


def judge_server(ended: Ended, log_path: Path) -> ServerVerdict:
    """A server that never answered and gave up by itself will not do better; what stopped answering may."""
    record = ended.record
    if record.reason == ServerStop.PORT_STOLEN or record.exit_code == PORT_TAKEN:
        return _stolen(ended)
    if record.reason == ServerStop.NOT_READY:
        return ServerVerdict(Reason.NOT_READY, "its server did not answer in time", worth_a_restart=False)
    if record.reason == ServerStop.WRONG_MODEL:
        return ServerVerdict(Reason.WRONG_MODEL, "its server answers as another model", worth_a_restart=False)
    if record.reason == ServerStop.UNHEALTHY:
        return ServerVerdict(Reason.NOT_READY, "its server did not answer any more", worth_a_restart=True)
    failure = judge_server_end(ProcessEnd(record.exit_code, record.oom_killed, last_lines(log_path, LOG_LINES)))
    worth = ended.was_ready or record.exit_code <= 0
    return ServerVerdict(failure.reason or Reason.EXIT_NONZERO, failure.message, worth_a_restart=worth)


def _stolen(ended: Ended) -> ServerVerdict:
    if ended.asked_for_port:
        text = "a process outside this service listens on the port that was asked for"
        return ServerVerdict(Reason.PORT_TAKEN, text, worth_a_restart=False)
    return ServerVerdict(Reason.PORT_STOLEN, "another process took its port", worth_a_restart=False)
