"""How a Job lies in its Redis hash: flat texts, times in milliseconds, JSON for what is nested."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from common.clock import from_ms
from common.deployments import DeploySpec, InferBackend, Target
from common.exports import ExportFormat, ExportSpec, HubPush
from common.jobs import Job, JobKind, JobSpec, OnNodeLost, Phase, Progress, TaskType
from common.refusals import load_refusals
from common.states import JobState

_TIMES = (
    "not_before_at",
    "queued_at",
    "assigned_at",
    "started_at",
    "ended_at",
    "cancel_requested_at",
    "deleted_at",
    "exported_at",
    "own_exported_at",
    "ready_at",
    "unhealthy_since",
    "stalled_since",
)
_TEXTS = (
    "task_id",
    "owner",
    "reason",
    "message",
    "node",
    "boot_id",
    "instance",
    "checkpoint_path",
    "log_file_path",
    "export_path",
    "own_export_path",
    "export_error",
    "export_job_id",
    "deploy_job_id",
    "endpoint",
    "cancel_reason",
    "removal_asked_by",
    "trained_node",
    "trained_instance",
)
_COUNTS = (
    "priority",
    "sequence",
    "revision",
    "attempt",
    "infra_failures",
    "user_retries",
    "restarts",
    "trained_attempt",
)
_ALWAYS = frozenset({"id", "spec", "state", "created_at_ms"})


def dump_spec(spec: JobSpec) -> str:
    """The spec as canonical JSON."""
    return json.dumps(asdict(spec), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load_spec(text: str) -> JobSpec:
    fields = json.loads(text)
    return JobSpec(
        **{
            **fields,
            "task_type": TaskType(fields["task_type"]),
            "on_node_lost": OnNodeLost(fields["on_node_lost"]),
            "kind": JobKind(fields.get("kind", JobKind.TRAIN)),
            "node_names": tuple(fields.get("node_names", ())),
            "deploy": _load_deploy(fields.get("deploy")),
            "export_as": _load_export(fields.get("export_as")),
        }
    )


def _load_deploy(fields: dict[str, Any] | None) -> DeploySpec | None:
    if fields is None:
        return None
    words = {"target": Target(fields["target"]), "infer_backend": InferBackend(fields["infer_backend"])}
    return DeploySpec(**{**fields, **words})


def _load_export(fields: dict[str, Any] | None) -> ExportSpec | None:
    if fields is None:
        return None
    push = HubPush(**fields["push"]) if fields["push"] else None
    return ExportSpec(**{**fields, "format": ExportFormat(fields["format"]), "push": push})


def dump_progress(progress: Progress) -> str:
    return json.dumps({name: value for name, value in asdict(progress).items() if value is not None})


def is_whole(record: dict[str, str]) -> bool:
    """Whether there is a job in the hash: one that is empty, or holds a stray field, is none."""
    return record.keys() >= _ALWAYS


def is_deleted(record: dict[str, str]) -> bool:
    """Whether its user deleted it: nobody sees it any more, though it may not have ended yet."""
    return bool(record.get("deleted_at_ms"))


def load_job(record: dict[str, str]) -> Job:
    """The Job of a hash as `HGETALL` returns it."""
    texts_and_counts: dict[str, Any] = {name: record.get(name, "") for name in _TEXTS}
    texts_and_counts |= {name: int(record.get(name) or 0) for name in _COUNTS}
    return Job(
        id=record["id"],
        spec=load_spec(record["spec"]),
        state=JobState(record["state"]),
        created_at=from_ms(int(record["created_at_ms"])),
        held=record.get("held") == "1",
        phase=Phase(record["phase"]) if record.get("phase") else None,
        progress=Progress(**json.loads(record["progress"])) if record.get("progress") else None,
        gpu_ids=tuple(filter(None, record.get("gpu_ids", "").split(","))),
        process_id=int(record["process_id"]) if record.get("process_id") else None,
        port=int(record["port"]) if record.get("port") else None,
        refused_by=load_refusals(record.get("refused_by", "")),
        **texts_and_counts,
        **_times(record),
    )


def _times(record: dict[str, str]) -> dict[str, Any]:
    found: dict[str, datetime | None] = {}
    for name in _TIMES:
        milliseconds = record.get(f"{name}_ms")
        found[name] = from_ms(int(milliseconds)) if milliseconds else None
    return found
