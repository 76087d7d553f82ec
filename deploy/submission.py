"""From a request to deployments that wait for their place: name, version, key, one workload for each replica."""

from dataclasses import dataclass, replace

import structlog

from common.clock import now
from common.deployments import DeploySpec, Target
from common.errors import JobNotFound, StateConflict
from common.ids import new_task_id
from common.jobs import Job, JobKind, JobSpec
from common.secret import NO_SECRET, Secret
from common.settings import Settings
from common.states import JobState
from common.store import Store
from common.store.jobs import Idempotency
from deploy.claims import refuse_leased_port, refuse_taken_names
from deploy.life import replicas_of
from deploy.requests import DeployRequest
from deploy.sealing import new_server_key, seal
from deploy.sources import Source, find_source, name_for

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Deployed:
    """The replicas, first one first, and their servers' key in the clear; empty when the request was made before."""

    jobs: tuple[Job, ...]
    api_key: Secret


def submit_deployment(
    store: Store, settings: Settings, request: DeployRequest, owner: str, idempotency: Idempotency | None = None
) -> Deployed:
    """Write the deployment; the caller rings. Raises StateConflict, IdempotencyConflict or StoreUnavailable."""
    if made_before := store.deployments.made_before(idempotency):
        return Deployed(_written(store, made_before), NO_SECRET)
    api_key = NO_SECRET if request.sealed_api_key else request.api_key or new_server_key()
    sealed = request.sealed_api_key or seal(settings, api_key)
    source = find_source(store, replace(request, api_key=NO_SECRET, sealed_api_key=sealed))
    name = name_for(source, request.name)
    _refuse_other_model(store, name, source.request)
    refuse_taken_names(store, name, source.request.adapters)
    refuse_leased_port(store, source.request.port, source.request.node_names)
    # A platform looks after the replicas of its own.
    workloads = request.replicas if request.target is Target.LOCAL else 1
    ids, version = store.deployments.register(
        name, request.version, request.target, workloads, wanted=request.auto_start
    )
    spec = _spec(source, name, version)
    first = _new_job(ids[0], spec, source.request, owner)
    written = store.jobs.submit(first, _accepted(first), idempotency)
    if written != first.id:  # the same request, made a moment ago
        return Deployed(_give_way(store, name, ids, written), NO_SECRET)
    for number, job_id in enumerate(ids[1:], start=2):
        job = _new_job(job_id, _replica(spec, number), source.request, owner)
        store.jobs.submit(job, _accepted(job))
    store.deployments.ring(ids[0])
    log.info("deployment_submitted", job_id=ids[0], model=name, version=version, replicas=len(ids))
    return Deployed(tuple(store.jobs.get_many(ids)), api_key)


def _refuse_other_model(store: Store, name: str, request: DeployRequest) -> None:
    """A version names one model: two replicas of it may not answer differently."""
    if not request.version:
        return
    for job in store.jobs.get_many(store.deployments.ids_of(name)):
        deploy = job.spec.deploy
        if deploy and deploy.version == request.version and not _is_same(job.spec, deploy, request):
            text = f"version {request.version} of {name} is another model, that of {job.id}; choose another version"
            raise StateConflict(text, job_id=job.id)


def _is_same(spec: JobSpec, deploy: DeploySpec, request: DeployRequest) -> bool:
    return spec.model_path == request.model_path and deploy.adapters == request.adapters


def _spec(source: Source, name: str, version: str) -> JobSpec:
    request, job = source.request, source.job
    deploy = DeploySpec(
        name=name,
        version=version,
        target=Target(request.target),
        infer_backend=request.infer_backend,
        adapters=request.adapters,
        max_model_len=request.max_model_len,
        port=request.port,
        gpu_memory_mib=request.gpu_memory_mib,
        memory_mib=request.memory_mib,
        replicas=request.replicas,
        sealed_api_key=request.sealed_api_key,
        source_job_id=job.id if job else "",
        platform=request.platform,
    )
    return JobSpec(
        task_type=request.task_type,
        model_path=request.model_path,
        data_path="",
        output_dir="",
        extra_args=_model_options(job) | request.extra_args,
        gpus=request.gpus,
        export=False,
        kind=JobKind.DEPLOY,
        gpu_model=request.gpu_model,
        min_memory_mib=request.min_memory_mib,
        node_names=request.node_names,
        node_labels=request.node_labels,
        env=request.env,
        metadata=request.metadata,
        deploy=deploy,
    )


def _model_options(job: Job | None) -> dict[str, object]:
    """What a training had to be told about its model, its server has to be told, too."""
    kept = ("model_type", "template") if job else ()
    return {name: job.spec.extra_args[name] for name in kept if job and name in job.spec.extra_args}


def _replica(spec: JobSpec, number: int) -> JobSpec:
    return replace(spec, deploy=replace(spec.deploy, replica=number)) if spec.deploy else spec


def _new_job(job_id: str, spec: JobSpec, request: DeployRequest, owner: str) -> Job:
    held = not request.auto_start
    return Job(
        id=job_id,
        spec=spec,
        state=JobState.PENDING,
        task_id=new_task_id(),
        priority=request.priority,
        created_at=now(),
        owner=owner,
        held=held,
        reason="held_by_user" if held else "",
    )


def _accepted(job: Job) -> str:
    return f"accepted from {job.owner or 'the user'} with priority {job.priority}" + (
        ", held until it is started" if job.held else ""
    )


def _give_way(store: Store, name: str, ids: list[str], written: str) -> tuple[Job, ...]:
    """Undo the registration of a request whose twin came first: the twin's version is the wanted one."""
    jobs = _written(store, written)
    for job_id in ids:
        store.deployments.forget(name, job_id)
    if (deploy := jobs[0].spec.deploy) and not jobs[0].held:
        store.deployments.want(name, deploy.version, [job.id for job in jobs])
    return jobs


def _written(store: Store, job_id: str) -> tuple[Job, ...]:
    try:
        return tuple(replicas_of(store, store.jobs.get(job_id)))
    except JobNotFound as exc:
        text = f"this Idempotency-Key made deployment '{job_id}', which was deleted since; send another key"
        raise StateConflict(text, job_id=job_id) from exc
