"""Submission of jobs: from a validated body to an accepted job."""

from dataclasses import dataclass, replace
from typing import Any

import structlog

from api.schemas.new_jobs import ADAPTERS, TASK_TYPES, VAL_DATASET, forms_in
from api.services import Services
from api.services.checks.form import Form, form_of
from api.services.checks.trainings import checked
from api.services.hints import ring_scheduler
from api.services.outlook import QueueItem, outlook_of_new
from api.services.refusals import refuse
from api.services.then_deploy import server_key_of, wish_of
from api.services.trainers import PARAMS_SCHEMAS
from common.errors import InvalidInput, JobIdTaken, JobNotFound, StateConflict
from common.field_problem import INVALID, FieldProblem
from common.ids import job_id_candidates
from common.job_specs import JobSpec, OnNodeLost, TaskType
from common.jobs import Job
from common.new_jobs import accepted, new_job
from common.secret import NO_SECRET, Secret
from common.settings import Settings
from common.states import WAITING, JobState
from common.store.idempotency import Idempotency
from common.store.outcomes import Outcome
from common.swift.options import OptionCode
from common.trainings import Resume, Training, in_sent_form

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Submission:
    """An accepted job, its outlook when it has to wait, and notes on how it was read and what of it does not count.

    `server_key` is that of the deployment to come, to be shown once.
    """

    job: Job
    waits: QueueItem | None
    notes: tuple[str, ...] = ()
    server_key: Secret = NO_SECRET


def submit_as_typed(services: Services, body: dict[str, Any], owner: str, idempotency_key: str | None) -> Submission:
    """The same of a body that names its type, or has it named by its parameters: they may not contradict it."""
    refuse(form_problems(body))
    return submit(services, body, owner, idempotency_key)


def submit(
    services: Services, body: dict[str, Any], owner: str, idempotency_key: str | None, params_field: str = ""
) -> Submission:
    """Check, write, ring. `params_field` is what the client called the parameters, where the body does not tell.

    Parameters of the other type do not count, and are told. Raises InvalidInput, JobIdTaken, IdempotencyConflict,
    StateConflict or StoreUnavailable.
    """
    looked = checked(services, spec_of(services.settings, body), form_in(body, params_field))
    spec = looked.spec
    wanted_id = body["job_id"]
    candidates = [wanted_id] if wanted_id else job_id_candidates(spec.training.output_dir)
    idempotency = Idempotency.of(body, owner, idempotency_key, services.settings.idempotency_hours)
    new = new_job(candidates[0], spec, priority=body["priority"], owner=owner, held=not body["auto_start"])
    job = _written(services, _write(services, new, candidates, idempotency))
    log.info("job_submitted", job_id=job.id, priority=job.priority, task_type=str(spec.task_type), gpus=spec.gpus)
    server_key = NO_SECRET
    if spec.then_deploy and job.task_id == new.task_id:
        server_key = server_key_of(services.settings, spec.then_deploy)
    return replace(enter_queue(services, job), notes=looked.notes, server_key=server_key)


def enter_queue(services: Services, job: Job) -> Submission:
    """Ask for a pass over a job that may start, and find out whether it has to wait."""
    if job.held or job.state not in WAITING:
        return Submission(job, None)
    waits = outlook_of_new(services, job)
    ring_scheduler(services, job)
    if waits is None:
        return Submission(job, None)
    if services.store.attempts.queue(job.id, waits.message) is Outcome.OK:
        return Submission(job.evolve(state=JobState.QUEUED), waits)
    job = services.store.jobs.get(job.id)  # a pass was quicker
    return Submission(job, waits if job.state in WAITING else None)


def form_problems(body: dict[str, Any]) -> list[FieldProblem]:
    """Of a body all of whose parameters would be passed over."""
    kind, forms = TASK_TYPES[body["task_type"]], forms_in(body)
    if not forms or kind in forms:
        return []
    why = (
        f"the task type is {body['task_type']}, so none of it would count: send {kind}_params, or task_type {forms[0]}"
    )
    return [FieldProblem(f"{forms[0]}_params", OptionCode.CONFLICT, why)]


def of_type(task_type: TaskType, body: dict[str, Any]) -> dict[str, Any]:
    """The body of an endpoint whose path names the type, in the form that names it itself."""
    forms = {f"{kind}_params": body["params"] if kind is task_type else None for kind in TaskType}
    common = {name: value for name, value in body.items() if name != "params"}
    return {**common, "task_type": str(task_type), "train_params": None, **forms}


def spec_of(settings: Settings, body: dict[str, Any]) -> JobSpec:
    """The JobSpec of a validated body."""
    task_type = TASK_TYPES[body["task_type"]]
    return JobSpec(
        task_type=task_type,
        model_path=body["model_path"],
        work=Training(
            data_path=in_sent_form(body["data_path"]),
            output_dir=body["output_dir"],
            method=body["method"],
            params=_params(task_type, body),
            export=body["export"],
            min_rows_used=body["min_rows_used"],
            resumable=body["resumable"],
            then_deploy=wish_of(settings, body["deploy"], task_type) if body["deploy"] is not None else None,
            resume=Resume(body["resume_from"]) if body["resume_from"] else None,
        ),
        extra_args=body["extra_args"] | _own_fields(body),
        gpus=body["gpus"],
        time_limit_seconds=body["time_limit"],
        start_timeout_seconds=body["start_timeout"],
        hang_after_seconds=body["hang_after"],
        retries=body["retries"],
        on_node_lost=OnNodeLost(body["on_node_lost"]),
        gpu_model=body["constraints"].get("gpu_model", ""),
        min_memory_mib=max(body["constraints"].get("min_memory_mib", 0), body["gpu_memory"] or 0),
        node_names=tuple(body["constraints"].get("node_names", ())),
        node_labels=body["constraints"].get("labels", {}),
        env=body["env"],
        metadata=body["metadata"],
    )


def form_in(body: dict[str, Any], params_field: str = "") -> Form:
    """The field that has, or would have, the parameters that count, and what was sent of them."""
    held = "train_params" if body["train_params"] is not None else f"{TASK_TYPES[body['task_type']]}_params"
    moved = {f"extra_args.{name}": name for name in _own_fields(body)}
    others = (f"{kind}_params" for kind in TaskType if kind is not TASK_TYPES[body["task_type"]])
    return form_of(params_field or held, body[held], moved, tuple(name for name in others if body[name] is not None))


def _own_fields(body: dict[str, Any]) -> dict[str, Any]:
    """Further options that have fields of their own in a body."""
    return {name: body[name] for name in (VAL_DATASET, ADAPTERS) if body[name]}


def _params(task_type: TaskType, body: dict[str, Any]) -> dict[str, Any]:
    schema = PARAMS_SCHEMAS[task_type]()
    if body["train_params"] is not None:
        problems = schema.validate(body["train_params"])
        if problems:
            wrong = [
                FieldProblem(f"train_params.{name}", INVALID, " ".join(map(str, texts)))
                for name, texts in problems.items()
            ]
            raise InvalidInput(*wrong, shown=5)
        return dict(schema.load(body["train_params"]))
    sent = body[f"{task_type}_params"]
    return dict(sent if sent is not None else schema.load({}))


def _write(services: Services, job: Job, candidates: list[str], idempotency: Idempotency | None) -> str:
    for candidate in candidates[:-1]:
        try:
            return services.store.jobs.submit(job.evolve(id=candidate), accepted(job), idempotency)
        except JobIdTaken:
            continue
    return services.store.jobs.submit(job.evolve(id=candidates[-1]), accepted(job), idempotency)


def _written(services: Services, job_id: str) -> Job:
    try:
        return services.store.jobs.get(job_id)
    except JobNotFound as exc:
        text = f"this Idempotency-Key made job '{job_id}', which was deleted since; send another key for a new job"
        raise StateConflict(text, job_id=job_id) from exc
