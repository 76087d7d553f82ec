"""The source of a deployment's model: a job's artefact, a path or a hub; and a name for it."""

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from common.deployments import Serving, Target
from common.errors import InvalidInput, JobNotFound, StateConflict
from common.field_problem import INVALID, FieldProblem
from common.ids import JOB_ID_PATTERN, is_job_id
from common.jobs import Job
from common.states import JobState
from common.store import Store
from deploy.checkpoints import FIELD, find_checkpoint
from deploy.requests import DeployRequest

_NAME_MAX = 64
# What a training had to be told about its model, whatever uses that has to be told, too.
OF_THE_MODEL = ("model_type", "template")
# What it was trained for, which going on with it need not be.
TASK = "task_type"


@dataclass(frozen=True, slots=True)
class Source:
    """The request with its model found, and the job that made the model, if one did."""

    request: DeployRequest
    job: Job | None = None


def find_source(store: Store, request: DeployRequest) -> Source:
    """A job's merged model, or a checkpoint where nothing was merged or another was asked for, on the node that has it.

    Raises StateConflict while the job has nothing to serve, InvalidInput when it has not that checkpoint.
    """
    spec = request.spec
    job = job_named(store, spec.model_path)
    if job is None:
        _refuse_checkpoint(spec.serving.checkpoint)
        return Source(request)
    path, node = job.exported.export_path or job.checkpoint_path, job.node
    if job.state is not JobState.COMPLETED or not path:
        text = f"job '{job.id}' is {job.state} and has no model to serve"
        hint = "" if job.is_final else "; submit it with `deploy` to have it served when it is done"
        raise StateConflict(f"{text}{hint}", job_id=job.id, job_status=job.state)
    if spec.serving.checkpoint:
        found = find_checkpoint(store, job, spec.serving.checkpoint)
        path, node = (path, node) if found.path == job.checkpoint_path else (found.path, found.node)
    is_ours = spec.serving.target is Target.LOCAL
    nodes = spec.node_names or ((node,) if node and is_ours else ())
    served = replace(spec, model_path=path, task_type=job.spec.task_type, node_names=nodes)
    return Source(replace(request, spec=served), job)


def job_named(store: Store, model_path: str) -> Job | None:
    """The training or export of that id, or the training that has this output folder, the end of which is its id.

    A job comes first, whatever else is called so.
    """
    job_id = PurePosixPath(model_path).name
    if not is_job_id(job_id):
        return None
    try:
        job = store.jobs.get(job_id)
    except JobNotFound:
        return None
    if isinstance(job.spec.work, Serving):
        return None
    return job if model_path.rstrip("/") in {job.id, job.spec.training.output_dir.rstrip("/")} else None


def told_of_the_model(job: Job) -> dict[str, Any]:
    """The further options that say what the model of a job is."""
    return {name: job.spec.extra_args[name] for name in OF_THE_MODEL if name in job.spec.extra_args}


def told_of_its_serving(job: Job) -> dict[str, Any]:
    """The same and its task, for a deployment of it."""
    extra = job.spec.extra_args
    return told_of_the_model(job) | ({TASK: extra[TASK]} if extra.get(TASK) else {})


def name_for(source: Source) -> str:
    """The name that clients ask for: as wished, else the training job's id, else the last part of the path."""
    if source.request.serving.name:
        return source.request.serving.name
    job = source.job
    if job is not None:
        return job.spec.source_job_id or job.id
    last = PurePosixPath(source.request.spec.model_path.partition("#")[0]).name
    cleaned = re.sub(r"[^A-Za-z0-9_.-]", "-", last).lstrip("_.-")[:_NAME_MAX]
    return cleaned if re.fullmatch(JOB_ID_PATTERN, cleaned) else "model"


def _refuse_checkpoint(wanted: str) -> None:
    if wanted:
        why = "only a training of this service has checkpoints by name; give the folder of the checkpoint as model_path"
        raise InvalidInput(FieldProblem(FIELD, INVALID, why))
