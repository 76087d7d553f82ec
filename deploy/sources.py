"""The source of a deployment's model: a job's artefact, a path or a hub; and a name for it."""

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from common.deployments import Serving, Target
from common.errors import JobNotFound, StateConflict
from common.ids import JOB_ID_PATTERN, is_job_id
from common.jobs import Job
from common.states import JobState
from common.store import Store
from deploy.requests import DeployRequest

_NAME_MAX = 64


@dataclass(frozen=True, slots=True)
class Source:
    """The request with its model found, and the job that made the model, if one did."""

    request: DeployRequest
    job: Job | None = None


def find_source(store: Store, request: DeployRequest) -> Source:
    """A job's merged model, or its checkpoint where nothing was merged, on the node that has it.

    Raises StateConflict while the job has nothing to serve.
    """
    spec = request.spec
    job = _job(store, spec.model_path)
    if job is None:
        return Source(request)
    path = job.exported.export_path or job.checkpoint_path
    if job.state is not JobState.COMPLETED or not path:
        text = f"job '{job.id}' is {job.state} and has no model to serve"
        hint = "" if job.is_final else "; submit it with `deploy` to have it served when it is done"
        raise StateConflict(f"{text}{hint}", job_id=job.id, job_status=job.state)
    is_ours = spec.serving.target is Target.LOCAL
    nodes = spec.node_names or ((job.node,) if job.node and is_ours else ())
    found = replace(spec, model_path=path, task_type=job.spec.task_type, node_names=nodes)
    return Source(replace(request, spec=found), job)


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


def _job(store: Store, model_path: str) -> Job | None:
    """The training or export of that id, or the training that has this output folder, the end of which is its id."""
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
