"""The spec that a runner is asked to run: one phase of one attempt, as one process per rank."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workers.runner import phase_files
from workers.runner.cgroup_folders import KINDS

DEFAULT_GRACE_SECONDS = 30.0


class SpecInvalid(ValueError):
    """spec.json is missing or does not say what to run."""


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One rank: its command, its whole environment, and the log file that it appends to."""

    rank: int
    argv: tuple[str, ...]
    env: dict[str, str] = field(repr=False)  # a hub's token, a server's key
    cwd: str
    log_path: str


@dataclass(frozen=True, slots=True)
class RunnerSpec:
    """One phase of one attempt.

    `job_id` is unique on the machine (the worker adds the start of the task id to the job's): the attempt's processes
    are found by it. `time_limit_seconds` counts from the start of the runner. `cgroups` are the kinds of control groups
    that it may make, the first that is to be had. `log_max_bytes` is the most that each rank's log may have on disk, 0
    for no bound.
    """

    job_id: str
    attempt: int
    phase: str
    processes: tuple[ProcessSpec, ...]
    grace_seconds: float = DEFAULT_GRACE_SECONDS
    time_limit_seconds: float | None = None
    cgroups: tuple[str, ...] = KINDS
    log_max_bytes: int = 0


def spec_to_json(spec: RunnerSpec) -> dict[str, Any]:
    """The document that `spec_from_json` reads."""
    return asdict(spec)


def read_spec(phase_dir: Path) -> RunnerSpec:
    """The spec of a phase folder; raises SpecInvalid."""
    document = phase_files.read_json(phase_dir / phase_files.SPEC)
    if document is None:
        raise SpecInvalid(f"{phase_files.SPEC} is missing or no JSON object")
    return spec_from_json(document)


def spec_from_json(document: dict[str, Any]) -> RunnerSpec:
    """Raises SpecInvalid, naming the first thing that is wrong."""
    try:
        limit = document.get("time_limit_seconds")
        spec = RunnerSpec(
            job_id=_text(document["job_id"]),
            attempt=int(document["attempt"]),
            phase=_text(document["phase"]),
            processes=tuple(_process(entry) for entry in document["processes"]),
            grace_seconds=float(document.get("grace_seconds", DEFAULT_GRACE_SECONDS)),
            time_limit_seconds=None if limit is None else float(limit),
            cgroups=tuple(_text(kind) for kind in document.get("cgroups", KINDS)),
            log_max_bytes=int(document.get("log_max_bytes", 0)),
        )
    except KeyError as exc:
        raise SpecInvalid(f"{phase_files.SPEC} lacks {exc}") from exc
    except (TypeError, ValueError, AttributeError) as exc:
        raise SpecInvalid(f"{phase_files.SPEC}: {exc}") from exc
    ranks = [process.rank for process in spec.processes]
    if not ranks or len(set(ranks)) != len(ranks):
        raise SpecInvalid(f"{phase_files.SPEC} needs processes with a rank of their own each")
    return spec


def _process(entry: dict[str, Any]) -> ProcessSpec:
    argv = tuple(_text(part) for part in entry["argv"])
    if not argv:
        raise ValueError("an argv is empty")
    return ProcessSpec(
        rank=int(entry["rank"]),
        argv=argv,
        env={_text(name): _text(value) for name, value in entry["env"].items()},
        cwd=_text(entry["cwd"]),
        log_path=_text(entry["log_path"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {type(value).__name__}")
    return value
