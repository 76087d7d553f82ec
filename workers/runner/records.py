"""Records of a runner: what it writes about itself, what it is told, and how its phase ended."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

EXITED = "exited"
STOPPED = "stopped"
START_FAILED = "start_failed"

REASON_TIME_LIMIT = "time_limit"
REASON_SIGTERM = "sigterm"
REASON_UNKNOWN = "stop_requested"


@dataclass(frozen=True, slots=True)
class RankProcess:
    """A rank's process; the pid alone is no identity, with the start time (clock ticks since boot) it is one."""

    rank: int
    pid: int
    start_ticks: int


@dataclass(frozen=True, slots=True)
class RunnerInfo:
    """runner.json: the runner is about to start the ranks, or, with `processes`, has started them.

    `cgroup` is the folder of the control group that they are in, if one could be had. `note` tells what this platform
    could not give.
    """

    pid: int
    start_ticks: int
    boot_id: str
    started_at: datetime
    processes: tuple[RankProcess, ...]
    note: str = ""
    cgroup: str = ""


@dataclass(frozen=True, slots=True)
class StopRequest:
    """stop.json: end the ranks, TERM first, KILL after the grace."""

    reason: str
    grace_seconds: float


@dataclass(frozen=True, slots=True)
class ExitRecord:
    """exit.json: how the phase ended; the last thing a runner writes.

    `exit_code` is the first failing rank's, else 0, and negative for death by that signal. `oom_killed` says that the
    kernel killed somebody in this control group meanwhile, not whom. Without `tree_empty` something of the attempt
    may still be alive and its GPUs may not be used again.
    """

    outcome: str
    started_at: datetime
    ended_at: datetime
    reason: str = ""
    exit_code: int = 0
    failed_rank: int | None = None
    exit_codes: dict[int, int] = field(default_factory=dict)
    oom_killed: bool = False
    killed_leftovers: int = 0
    tree_empty: bool = False
    error: str = ""

    @property
    def succeeded(self) -> bool:
        """Every rank ended by itself, with 0. What the ranks left behind is for others to judge."""
        return self.outcome == EXITED and self.exit_code == 0 and bool(self.exit_codes)


def now() -> datetime:
    return datetime.now(UTC)


def runner_to_json(info: RunnerInfo) -> dict[str, Any]:
    return asdict(info) | {"started_at": _stamp(info.started_at)}


def runner_from_json(document: dict[str, Any]) -> RunnerInfo | None:
    """None when the document is not a whole runner.json."""
    try:
        processes = tuple(RankProcess(**entry) for entry in document["processes"])
        started_at = datetime.fromisoformat(document["started_at"])
        return RunnerInfo(**(document | {"processes": processes, "started_at": started_at}))
    except (KeyError, TypeError, ValueError):
        return None


def exit_to_json(record: ExitRecord) -> dict[str, Any]:
    return asdict(record) | {
        "exit_codes": {str(rank): code for rank, code in sorted(record.exit_codes.items())},
        "started_at": _stamp(record.started_at),
        "ended_at": _stamp(record.ended_at),
    }


def exit_from_json(document: dict[str, Any]) -> ExitRecord | None:
    """None when the document is not a whole exit.json."""
    try:
        return ExitRecord(
            **(
                document
                | {
                    "exit_codes": {int(rank): int(code) for rank, code in document["exit_codes"].items()},
                    "started_at": datetime.fromisoformat(document["started_at"]),
                    "ended_at": datetime.fromisoformat(document["ended_at"]),
                }
            )
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def stop_from_json(document: dict[str, Any] | None, default_grace_seconds: float) -> StopRequest:
    """The wish in a stop.json that exists; an unreadable one still means stop."""
    document = document or {}
    reason = document.get("reason")
    grace = document.get("grace_seconds")
    return StopRequest(
        reason=reason if isinstance(reason, str) and reason else REASON_UNKNOWN,
        grace_seconds=max(0.0, float(grace)) if isinstance(grace, int | float) else default_grace_seconds,
    )


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
