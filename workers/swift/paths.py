"""Paths: every place that a job names, resolved on this node before anything is started."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from common.asked_media import DENY
from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.swift.command.extra_args import named_paths
from common.swift.inputs import (
    InputRefused,
    Located,
    Roots,
    locate,
    resolve_under_roots,
)
from common.swift.inputs.asked_verdict import AskedVerdict
from common.swift.inputs.models.fit import model_misfits
from common.swift.inputs.models.trained_on import check_further, check_trained_model
from common.swift.inputs.sets.check import check_media_folder, data_problems
from common.swift.inputs.sets.lone_pairs import lone_pairs
from common.swift.inputs.sets.named import data_of_options, trained_data
from common.swift.inputs.sets.seen import Seen, problems_together
from common.swift.inputs.sets.short import short_data
from common.swift.inputs.verdict import Verdict
from workers.swift.whole_data import verdict_of_all


@dataclass(frozen=True, slots=True)
class JobPaths:
    """What ms-swift is to open; hub ids stay as they were sent. `output_dir` need not exist yet.

    `links` are the names of those that are links, each with what was checked behind it.
    """

    model_path: str
    data_paths: tuple[str, ...]
    output_dir: Path
    resolved: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def resolve_job_paths(spec: JobSpec, roots: Roots, media_urls: str = DENY) -> JobPaths:
    """The job's paths on this node; raises InputRefused for the first that is outside the roots or unusable."""
    model = locate(spec.model_path, roots, "model_path")
    data = _checked_data(spec, roots, media_urls)
    others = {value: locate(value, roots, f"extra_args.{name}") for name, value in named_paths(spec.extra_args)}
    resolved = {value: located.opened for value, located in others.items()}
    for field_name, value in data_of_options(spec):
        _refuse_first(_data_problems(spec, field_name, resolved[value], roots, media_urls))
    output_dir = resolve_under_roots(spec.training.output_dir, roots, field="output_dir")
    _refuse_first(check_trained_model(model.opened) if _is_local(model.opened) else [])
    _refuse_first(model_misfits(spec, model.opened) if _is_local(model.opened) else [])
    for name, value in named_paths(spec.extra_args):
        _refuse_first(check_further(name, resolved[value], model.opened) if _is_local(resolved[value]) else [])
    links = dict(located.link for located in (model, *data, *others.values()) if located.link[0])
    return JobPaths(model.opened, _opened(data), output_dir, resolved, links)


def resolve_data_paths(spec: JobSpec, roots: Roots, media_urls: str = DENY) -> tuple[str, ...]:
    """The data to train on alone, on this node; raises InputRefused when it is outside the roots or unusable."""
    return _opened(_checked_data(spec, roots, media_urls))


def _opened(data: Iterable[Located]) -> tuple[str, ...]:
    return tuple(located.opened for located in data)


def _checked_data(spec: JobSpec, roots: Roots, media_urls: str) -> list[Located]:
    data = [(field_name, locate(value, roots, field_name)) for field_name, value in trained_data(spec)]
    _refuse_first(check_media_folder(spec, roots))
    seen = [
        Seen(field_name, located.opened, _verdict(spec, field_name, located.opened, roots, media_urls))
        for field_name, located in data
        if _is_local(located.opened)
    ]
    _refuse_first(problems_together(seen, spec.training.min_rows_used, are_all=len(seen) == len(data)))
    _refuse_first(lone_pairs(spec, (one.verdict for one in seen)))
    _refuse_first(short_data(spec, seen) if len(seen) == len(data) else [])
    return [located for _, located in data]


def _is_local(value: str) -> bool:
    return value.startswith("/")


def _data_problems(spec: JobSpec, field_name: str, path: str, roots: Roots, media_urls: str) -> list[FieldProblem]:
    if not _is_local(path):
        return []
    return data_problems(spec, field_name, path, _verdict(spec, field_name, path, roots, media_urls))


def _verdict(spec: JobSpec, field_name: str, path: str, roots: Roots, media_urls: str) -> Verdict | None:
    return verdict_of_all(AskedVerdict(spec, field_name, path, roots, media_urls, whole_max_bytes=sys.maxsize))


def _refuse_first(problems: list[FieldProblem]) -> None:
    if problems:
        raise InputRefused(problems[0])
