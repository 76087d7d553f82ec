"""How a JobSpec lies in a record and in an attempt's folder: JSON, the job's work under `work` with its kind."""

import json
from dataclasses import asdict, fields
from typing import Any

import msgspec

from common.job_specs import KINDS, JobKind, JobSpec, OnNodeLost, TaskType, Work

_WORKS = {kind: work for work, kind in KINDS.items()}


def dump_spec(spec: JobSpec) -> str:
    """The spec as canonical JSON."""
    parts = asdict(spec)
    parts["work"] = {"kind": spec.kind, **parts["work"]}
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load_spec(text: str) -> JobSpec:
    parts = json.loads(text)
    parts = parts if "work" in parts else _of_before(parts)
    return JobSpec(
        **{
            **parts,
            "task_type": TaskType(parts["task_type"]),
            "on_node_lost": OnNodeLost(parts["on_node_lost"]),
            "node_names": tuple(parts["node_names"]),
            "work": _load_work(parts["work"]),
        }
    )


def _load_work(parts: dict[str, Any]) -> Work:
    return msgspec.convert(parts, _WORKS[JobKind(parts["kind"])])


def _of_before(flat: dict[str, Any]) -> dict[str, Any]:
    """Written before a spec had `work`: the fields of all kinds lay side by side, those of others empty."""
    shared = {field.name for field in fields(JobSpec)} - {"work"}
    return {"node_names": (), **{name: flat[name] for name in shared & flat.keys()}, "work": _work_of_before(flat)}


def _work_of_before(flat: dict[str, Any]) -> dict[str, Any]:
    kind = JobKind(flat.get("kind", JobKind.TRAIN))
    if kind is JobKind.DEPLOY:
        return {"kind": kind, **flat["deploy"]}
    if kind is JobKind.TRAIN:
        return {**flat, "kind": kind}
    return {**flat, "kind": kind, "training": flat, "wanted": flat["export_as"] or {}}
