"""Going on from earlier jobs: what a training names by their ids becomes their files, on the node that has them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from api.services import Services
from api.services.checks.earlier_jobs import (
    ADAPTERS,
    RESUME_FROM,
    Taken,
    adapter_of,
    model_of,
    rank_problems,
    resume_problems,
    state_of,
)
from api.services.checks.form import Form
from common.errors import JobNotFound
from common.field_problem import INVALID, FieldProblem
from common.job_specs import JobSpec, TaskType
from common.jobs import Job
from common.settings import Settings
from common.store import Store
from common.swift.inputs import Roots
from common.swift.inputs.places.paths import is_there
from common.swift.inputs.problem import InputRefused
from common.swift.options.safety import elements
from common.trainings import Resume
from deploy.checkpoints import known_checkpoints
from deploy.sources import job_named, told_of_the_model


@dataclass(frozen=True, slots=True)
class GoneOn:
    """The spec with files in the place of jobs, unless there are problems; `notes` tell which files these are.

    `model_task_type` is what the first of these jobs trained, `state` what it starts from.
    """

    spec: JobSpec
    notes: tuple[str, ...] = ()
    problems: tuple[FieldProblem, ...] = ()
    model_task_type: TaskType | None = None
    state: Taken | None = None


def go_on(services: Services, asked: JobSpec, form: Form) -> GoneOn:
    """Find what the training names of earlier jobs; nothing changes where it names none. A job comes first, whatever
    else is called so.
    """
    roots, spec, taken = services.settings.allowed_roots, asked, list[Taken]()
    try:
        for step in (_with_model, _with_adapters, _with_state):
            spec, found = step(services.store, spec, roots)
            taken += found
    except InputRefused as refusal:
        return GoneOn(asked, problems=(_as_sent(refusal.problem, form),))
    problems = [*_contradictions(spec, taken, roots, form), *_far_apart(spec, taken)]
    if problems or not taken:
        return GoneOn(asked, problems=tuple(_as_sent(problem, form) for problem in problems))
    notes = (f"{form.as_sent(one.field)}: {note}" for one in taken for note in _notes(services.settings, asked, one))
    state = next((one for one in taken if one.field == RESUME_FROM), None)
    return GoneOn(_on_its_node(spec, taken), tuple(notes), model_task_type=taken[0].job.spec.task_type, state=state)


Step = tuple[JobSpec, Sequence[Taken]]


def _with_model(store: Store, spec: JobSpec, _roots: Roots) -> Step:
    job = job_named(store, spec.model_path)
    if job is None:
        return spec, ()
    taken = model_of(job)
    work = replace(spec.training, model_job_id=job.id)
    return replace(spec, model_path=taken.path, work=work, extra_args=_told(job, spec)), (taken,)


def _with_adapters(store: Store, spec: JobSpec, roots: Roots) -> Step:
    named = elements(spec.extra_args.get("adapters") or [])
    jobs = {name: job for name in named if isinstance(name, str) and (job := job_named(store, name))}
    taken = {name: adapter_of(job, spec, roots) for name, job in jobs.items()}
    if not taken:
        return spec, ()
    paths = [taken[name].path if name in taken else name for name in named]
    first = next(iter(taken.values())).job
    extra_args = _told(first, spec) | {"adapters": paths}
    work = replace(spec.training, adapter_job_id=first.id)
    return replace(spec, work=work, extra_args=extra_args), tuple(taken.values())


def _with_state(store: Store, spec: JobSpec, _roots: Roots) -> Step:
    wanted = spec.training.resume
    if wanted is None:
        return spec, ()
    job = job_named(store, wanted.job_id)
    if job is None:
        why = f"there is no training '{wanted.job_id}'"
        raise InputRefused(FieldProblem(RESUME_FROM, JobNotFound.code, why))
    taken = state_of(job, known_checkpoints(store, job).listed)
    resume = Resume(job.id, job.task_id, job.spec.training.output_dir, job.attempt, taken.path)
    return replace(spec, work=replace(spec.training, resume=resume), extra_args=_told(job, spec)), (taken,)


def _told(job: Job, spec: JobSpec) -> dict[str, Any]:
    """What the earlier training had to be told about the model, unless it is told anew."""
    return told_of_the_model(job) | spec.extra_args


def _contradictions(spec: JobSpec, taken: Sequence[Taken], roots: Roots, form: Form) -> Iterator[FieldProblem]:
    for one in taken:
        if one.field == RESUME_FROM:
            yield from resume_problems(one, spec, roots)
        if one.field in {RESUME_FROM, ADAPTERS}:
            yield from rank_problems(one.job, spec, form)


def _far_apart(spec: JobSpec, taken: Sequence[Taken]) -> Iterator[FieldProblem]:
    """Files on the disks of several nodes, unless the user names nodes that see them all."""
    first = next((one for one in taken if one.node), None)
    other = next((one for one in taken if first and one.node and one.node != first.node), None)
    if first and other and not spec.node_names:
        why = (
            f"{other.what} is on node {other.node}, {first.what} on node {first.node}: name nodes that see both, in "
            "constraints.node_names"
        )
        yield FieldProblem(other.field, INVALID, why)


def _on_its_node(spec: JobSpec, taken: Sequence[Taken]) -> JobSpec:
    """Where the files are, unless the user names other nodes, whose disk may be the same."""
    node = next((one.node for one in taken if one.node), "")
    return replace(spec, node_names=spec.node_names or ((node,) if node else ()))


def _notes(settings: Settings, asked: JobSpec, taken: Taken) -> Iterator[str]:
    yield f"{taken.what}, {taken.path} on node {taken.node}" if taken.node else f"{taken.what}, {taken.path}"
    if taken.node and asked.node_names and taken.node not in asked.node_names:
        yield f"that was left on node {taken.node}; the nodes of constraints.node_names have to see it, too"
    if taken.field != RESUME_FROM and _is_path_too(settings, asked, taken):
        yield f"there is a folder called {taken.job.id}, too; ./{taken.job.id} means that"


def _is_path_too(settings: Settings, asked: JobSpec, taken: Taken) -> bool:
    name = taken.job.id
    named = [asked.model_path, *elements(asked.extra_args.get("adapters") or [])]
    is_own = taken.job.spec.training.output_dir.strip("./") == name
    if name not in named or is_own or not settings.inputs_visible_to_api:
        return False
    return any(is_there(root / name) for root in settings.allowed_roots.folders)


def _as_sent(problem: FieldProblem, form: Form) -> FieldProblem:
    return replace(problem, field=form.as_sent(problem.field))
