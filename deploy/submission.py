"""Submission of deployments, from a request to those that wait for their place: name, version, key, one workload for
each replica.
"""

from dataclasses import dataclass, replace

import structlog

from common.deployments import Serving, Target
from common.errors import JobNotFound, StateConflict
from common.job_specs import JobSpec
from common.jobs import Job
from common.new_jobs import accepted, new_job
from common.secret import NO_SECRET, Secret
from common.settings import Settings
from common.store import Store
from common.store.idempotency import Idempotency
from deploy.claims import refuse_leased_port, refuse_taken_names
from deploy.requests import DeployRequest
from deploy.sealing import new_server_key, seal
from deploy.sources import Source, name_for, told_of_its_serving
from deploy.steering import replicas_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Deployed:
    """The replicas, first one first, and their servers' key in the clear; empty when the request was made before."""

    jobs: tuple[Job, ...]
    api_key: Secret


def submit_deployment(
    store: Store, settings: Settings, source: Source, owner: str, idempotency: Idempotency | None = None
) -> Deployed:
    """Write the deployment that was asked for; the caller rings.

    Raises StateConflict, IdempotencyConflict or StoreUnavailable.
    """
    if made_before := store.deployments.made_before(idempotency):
        return Deployed(_written(store, made_before), NO_SECRET)
    request, asked = source.request, source.request.serving
    name = name_for(source)
    _refuse_other_model(store, name, request.spec)
    refuse_taken_names(store, name, asked.adapters)
    refuse_leased_port(store, asked.port, request.spec.node_names)
    api_key = NO_SECRET if asked.sealed_api_key else request.api_key or new_server_key()
    sealed = asked.sealed_api_key or seal(settings, api_key)
    # A platform looks after the replicas of its own.
    workloads = asked.replicas if asked.target is Target.LOCAL else 1
    ids, version = store.models.register(name, asked.version, asked.target, workloads, wanted=request.auto_start)
    spec = _named(source, replace(asked, name=name, version=version, sealed_api_key=sealed))
    jobs = [_replica(job_id, spec, number, request, owner) for number, job_id in enumerate(ids, start=1)]
    written = store.jobs.submit(jobs[0], accepted(jobs[0]), idempotency)
    if written != ids[0]:  # the same request, made a moment ago
        return Deployed(_give_way(store, name, ids, written), NO_SECRET)
    for job in jobs[1:]:
        store.jobs.submit(job, accepted(job))
    store.deployer.ring(ids[0])
    log.info("deployment_submitted", job_id=ids[0], model=name, version=version, replicas=len(ids))
    return Deployed(tuple(store.jobs.get_many(ids)), api_key)


def _refuse_other_model(store: Store, name: str, spec: JobSpec) -> None:
    """A version names one model: two replicas of it may not answer differently."""
    asked = spec.serving
    if not asked.version:
        return
    for job in store.jobs.get_many(store.models.ids_of(name)):
        known = job.spec.serving
        is_same = job.spec.model_path == spec.model_path and known.adapters == asked.adapters
        if known.version == asked.version and not is_same:
            text = f"version {asked.version} of {name} is another model, that of {job.id}; choose another version"
            raise StateConflict(text, job_id=job.id)


def _named(source: Source, serving: Serving) -> JobSpec:
    job, spec = source.job, source.request.spec
    if job is None:
        return replace(spec, work=serving)
    work = replace(serving, source_job_id=job.id)
    return replace(spec, work=work, extra_args=told_of_its_serving(job) | spec.extra_args)


def _replica(job_id: str, spec: JobSpec, number: int, request: DeployRequest, owner: str) -> Job:
    own = replace(spec, work=replace(spec.serving, replica=number))
    return new_job(job_id, own, priority=request.priority, owner=owner, held=not request.auto_start)


def _give_way(store: Store, name: str, ids: list[str], written: str) -> tuple[Job, ...]:
    """Undo the registration of a request whose twin came first: the twin's version is the wanted one."""
    jobs = _written(store, written)
    for job_id in ids:
        store.models.forget(name, job_id)
    if not jobs[0].held:
        store.models.want(name, jobs[0].spec.serving.version, [job.id for job in jobs])
    return jobs


def _written(store: Store, job_id: str) -> tuple[Job, ...]:
    try:
        return tuple(replicas_of(store, store.jobs.get(job_id)))
    except JobNotFound as exc:
        text = f"this Idempotency-Key made deployment '{job_id}', which was deleted since; send another key"
        raise StateConflict(text, job_id=job_id) from exc
