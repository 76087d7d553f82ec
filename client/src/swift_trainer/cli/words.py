"""A job or a deployment in words: where it is, what it waits for, how it ended. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from swift_trainer.sdk.shapes import Deployment, Job

View = Job | Deployment


def summary(job: Mapping[str, Any]) -> str:
    """One line on a job that goes on: 'running, step 5/13, loss 6.21, 1m 20s left'."""
    parts = [str(job.get("status", "unknown")), *_phase(job), *_waiting(job), *_training(job), *_serving(job)]
    return ", ".join(parts)


def outcome(job: Mapping[str, Any]) -> str:
    """One line on a job that has ended: what became of it, why, and where its result is."""
    if job.get("status") == "completed":
        where = job.get("export_path") or job.get("checkpoint_path")
        _, _, more = (job.get("message") or "").partition("; ")  # behind what every job that completed says
        return (f"completed: {where}" if where else "completed") + (f" ({more})" if more else "")
    if job.get("status") == "running":
        return f"answers as {job.get('name')}, version {job.get('version')}"
    why = job.get("error_message") or job.get("message")
    reason = f" ({job['reason']})" if job.get("reason") else ""
    return f"{job.get('status')}{reason}" + (f": {why}" if why else "")


def note(job: Mapping[str, Any]) -> str:
    """What a list says beside the state: what a job waits for, or why it ended as it did."""
    if job.get("status") in {"failed", "cancelled", "stopped"}:
        return str(job.get("reason") or "")
    stalled = ["stalled"] if job.get("stalled_since") and job.get("status") == "running" else []
    return ", ".join([*_waiting(job), *stalled, *_serving(job)])


def percent(job: Mapping[str, Any]) -> float:
    """Progress from 0 to 100."""
    return float(job.get("progress") or 0.0)


def duration(seconds: float) -> str:
    """Seconds as '45s', '6m 50s', '3h 5m' or '2d 4h'."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d {hours}h"
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m {rest}s" if minutes else f"{rest}s"


def loss(job: Mapping[str, Any]) -> float | None:
    """The newest loss, or the final one."""
    newest: float | None = (job.get("progress_detail") or {}).get("loss")
    return job.get("final_loss") if newest is None else newest


def unused_rows(job: Mapping[str, Any]) -> str:
    """Rows of its data that a training does not use: '36 too_long: rows 2, 3, 4, … (724 tokens …)'."""
    return "; ".join(map(_unused, job.get("rows_dropped") or ()))


def links(job: Mapping[str, Any]) -> str:
    """Where its run is to be seen: 'mlflow: http://…, tensorboard: /…/runs'."""
    return ", ".join(f"{tracker}: {link}" for tracker, link in (job.get("links") or {}).items())


def _unused(unused: Mapping[str, Any]) -> str:
    first = [row for row in unused.get("first") or () if row.get("row") is not None]
    text = f"{unused.get('count')} {unused.get('cause')}"
    if not first:
        return text
    named: dict[Any, list[str]] = {}
    for row in first:
        named.setdefault(row.get("source"), []).append(str(row["row"]))
    more = ", …" if unused.get("count", 0) > len(first) else ""
    last = next(reversed(named))
    of_files = (_of_file(source, numbers, more if source is last else "") for source, numbers in named.items())
    return f"{text}: {', '.join(of_files)} ({first[0].get('why')})"


def _of_file(source: Any, numbers: Sequence[str], more: str) -> str:
    rows = "rows" if len(numbers) > 1 else "row"
    return f"{rows} {', '.join(numbers)}{more} of {source}"


def _phase(job: Mapping[str, Any]) -> list[str]:
    phase = job.get("phase")
    parts = [f"{phase} phase"] if phase not in (None, "", "train") else []
    return [*parts, f"attempt {job['attempt']}"] if (job.get("attempt") or 0) > 1 else parts


def _waiting(job: Mapping[str, Any]) -> list[str]:
    if job.get("status") not in {"pending", "queued"}:
        return []
    if job.get("reason") == "held_by_user":
        return ["held until it is started"]
    parts = [f"position {job['queue_position']}"] if job.get("queue_position") else []
    why = job.get("message") or job.get("reason")
    return [*parts, f"waits: {why}"] if why else parts


def _training(job: Mapping[str, Any]) -> list[str]:
    detail = job.get("progress_detail") or {}
    if job.get("status") != "running":
        return []
    stalled = [f"no step since {job['stalled_since']}"] if job.get("stalled_since") else []
    if detail.get("merge_elapsed_seconds") is not None:
        return [*stalled, *_merging(detail)]
    if not detail.get("max_steps"):
        return stalled
    parts = [*stalled, f"step {detail.get('step', 0)}/{detail['max_steps']}"]
    if detail.get("loss") is not None:
        parts.append(f"loss {detail['loss']:.4g}")
    if detail.get("remaining_seconds") is not None:
        parts.append(f"{duration(detail['remaining_seconds'])} left")
    return parts


def _merging(detail: Mapping[str, Any]) -> list[str]:
    parts = [f"merging for {duration(detail['merge_elapsed_seconds'])}"]
    if detail.get("remaining_seconds") is not None:
        parts.append(f"about {duration(detail['remaining_seconds'])} left")
    return parts


def _serving(job: Mapping[str, Any]) -> list[str]:
    if job.get("status") not in {"starting", "running"}:
        return []
    sick = [f"does not answer since {job['unhealthy_since']}"] if job.get("unhealthy_since") else []
    restarts = job.get("restarts") or 0
    return [*sick, *([f"restarted {restarts} time{'s' if restarts > 1 else ''}"] if restarts else [])]
