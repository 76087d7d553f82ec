"""Deployments from a validated body to their end."""

from dataclasses import dataclass
from typing import Any

import structlog

from api.services import Services
from api.services.checks.deployments import serving_problems
from api.services.forcing import ended_by_force, force_end, stops_when_back
from api.services.hiding import hide, refuse_silent
from api.services.hints import ring_deployment, tell_cancelled
from api.services.outlook import QueueItem, outlook_of_new
from api.services.queue_control import remove_from_queue
from api.services.refusals import not_queued, refuse, revision_mismatch
from common.deployments import InferBackend, Serving, Target
from common.errors import JobNotFound, StateConflict
from common.job_specs import JobSpec, TaskType
from common.jobs import Job
from common.secret import Secret
from common.states import WAITING, JobState
from common.store.idempotency import Idempotency
from common.store.outcomes import Outcome
from deploy.claims import refuse_leased_port
from deploy.requests import DeployRequest
from deploy.sources import find_source
from deploy.steering import (
    get_deployment,
    is_stopping,
    replicas_of,
    start_deployment,
    stop_deployment,
)
from deploy.submission import submit_deployment
from deploy.versions import RolledBack, roll_back

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class NewDeployment:
    """Its replicas, first one first, the key of their servers, and the first one's outlook when it has to wait."""

    jobs: tuple[Job, ...]
    api_key: Secret
    waits: QueueItem | None


def deploy(services: Services, body: dict[str, Any], owner: str, idempotency_key: str | None) -> NewDeployment:
    """Check, write, ring. Raises InvalidInput, StateConflict, IdempotencyConflict or StoreUnavailable."""
    source = find_source(services.store, request_of(body))
    refuse(serving_problems(services, source.request.spec))
    idempotency = Idempotency.of(body, owner, idempotency_key, services.settings.idempotency_hours)
    made = submit_deployment(services.store, services.settings, source, owner, idempotency)
    waits = [enter_queue(services, job) for job in made.jobs]
    jobs = tuple(services.store.jobs.get_many(job.id for job in made.jobs))
    return NewDeployment(jobs, made.api_key, waits[0])


def request_of(body: dict[str, Any]) -> DeployRequest:
    """The request of a validated body; of a training job's `deploy` the model is left out."""
    constraints = body["constraints"]
    serving = Serving(
        name=body["name"] or "",
        version=body["version"] or "",
        description=body["description"],
        target=Target(body["deploy_target"]),
        infer_backend=InferBackend(body["infer_backend"]),
        adapters=body["adapters"],
        max_model_len=body["max_model_len"],
        port=body["port"] or 0,
        gpu_memory_mib=body["resources"]["gpu_memory"] or 0,
        memory_mib=body["resources"]["memory"] or 0,
        replicas=body["replicas"],
        platform=body["platform"],
        checkpoint=body["checkpoint"] or "",
    )
    spec = JobSpec(
        task_type=TaskType(body.get("deploy_type", TaskType.LLM)),
        model_path=body.get("model_path", ""),
        work=serving,
        extra_args=body["extra_args"],
        gpus=body["gpus"],
        gpu_model=constraints.get("gpu_model", ""),
        min_memory_mib=constraints.get("min_memory_mib", 0),
        node_names=tuple(constraints.get("node_names", ())),
        node_labels=constraints.get("labels", {}),
        env=body["env"],
        metadata=body["metadata"],
    )
    return DeployRequest(spec, body["priority"], body["auto_start"], Secret(body["api_key"] or ""))


def enter_queue(services: Services, job: Job) -> QueueItem | None:
    """Ask for a pass over a deployment that may start; its outlook when it has to wait."""
    if job.held or job.state not in WAITING:
        return None
    if not job.needs_node:
        services.store.deployer.ring(job.id)
        return None
    waits = outlook_of_new(services, job)
    ring_deployment(services, job)
    if waits is not None:
        services.store.attempts.queue(job.id, waits.message)
    return waits


def start(services: Services, job_id: str, actor: str) -> str:
    """Start one that is held or has ended; one on its way is left as it is. Raises JobNotFound."""
    job = get_deployment(services.store, job_id)
    begun = start_deployment(services.store, job, actor)
    for replica in begun:
        enter_queue(services, replica)
    if begun:
        log.info("deployment_started", job_id=job_id, actor=actor)
        return "deployment starts as soon as it has its place: it is running when it answers"
    now = services.store.jobs.get(job_id)
    if is_stopping(now):
        return "deployment is still being stopped; it starts again when that is done"
    return f"deployment is on its way already: it is {now.state}"


def stop(services: Services, job_id: str, actor: str, *, force: bool = False) -> tuple[str, JobState]:
    """Stop it with all its replicas; returns what to tell, and the state it is in now. Raises JobNotFound.

    By force their records end now, whatever their nodes say; raises StateConflict for one on a platform.
    """
    job = get_deployment(services.store, job_id)
    outcomes = stop_deployment(services.store, job, f"stopped by {actor or 'the user'}")
    for replica, outcome in outcomes:
        if outcome is Outcome.STOPPED and not replica.is_final:
            tell_cancelled(services, replica)
        if force and outcome is Outcome.REQUESTED:
            force_end(services, replica, actor)
    now = services.store.jobs.get(job_id)
    log.info("deployment_stop_requested", job_id=job_id, actor=actor, state=str(now.state))
    if force and (job_id, Outcome.REQUESTED) in {(replica.id, outcome) for replica, outcome in outcomes}:
        return ended_by_force(now), now.state
    return _stop_text(services, now), now.state


def _stop_text(services: Services, job: Job) -> str:
    if job.is_final:
        return "deployment is stopped"
    going_on = "deployment is being stopped: its processes get time to end, then they are killed"
    return stops_when_back(services, job) or going_on


def delete(services: Services, job_id: str, actor: str) -> None:
    """Hide it with all its replicas at once; they are forgotten when they have ended. Raises JobNotFound.

    And StateConflict when a node of theirs does not answer.
    """
    job = get_deployment(services.store, job_id)
    replicas = replicas_of(services.store, job)
    message = f"stopped by {actor or 'the user'}, to be deleted"
    refuse_silent(services, replicas, lambda: stop_deployment(services.store, job, message))
    hidden = [replica.id for replica in reversed(replicas) if hide(services, replica, message)]
    services.store.deployer.ring(job_id)
    if job_id not in hidden:
        raise JobNotFound(f"there is no deployment '{job_id}'", job_id=job_id)
    log.info("deployment_deleted", job_id=job_id, actor=actor)


def add_to_queue(services: Services, job_id: str, port: int | None, priority: int | None, actor: str) -> str:
    """Let one that is held or has ended wait again, with another port or priority where they are given.

    Raises JobNotFound, NotQueued when it is on its way already, StateConflict when it cannot have the port.
    """
    job = get_deployment(services.store, job_id)
    if not job.is_final and job.state not in WAITING:
        raise not_queued(job)
    if port is not None:
        _ask_for_port(services, job, port, actor)
    start_deployment(services.store, job, actor)
    replicas = replicas_of(services.store, job)
    if priority is not None:
        message = f"priority {priority} was set by {actor or 'the user'}"
        for replica in replicas:
            services.store.jobs.reprioritise(replica.id, priority, message)
    for replica in services.store.jobs.get_many(replica.id for replica in replicas):
        enter_queue(services, replica)
    return f"deployment '{job_id}' waits for its place"


def leave_queue(services: Services, job_id: str, actor: str) -> str:
    """Hold it and its replicas, as far as they wait. Raises JobNotFound, and NotQueued when it does not wait itself."""
    job = get_deployment(services.store, job_id)
    message = remove_from_queue(services, job_id, actor)
    for replica in replicas_of(services.store, job):
        if replica.id != job_id and replica.state in WAITING:
            services.store.jobs.hold(replica.id, f"taken out of the queue by {actor or 'the user'}")
    return message


def _ask_for_port(services: Services, job: Job, port: int, actor: str) -> None:
    if job.spec.serving.replicas > 1:
        why = f"deployment '{job.id}' has several replicas, and only one could have the port; leave it out"
        raise StateConflict(why, job_id=job.id, port=port)
    refuse_leased_port(services.store, port, job.spec.node_names, job.id)
    message = f"port {port} was asked for by {actor or 'the user'}"
    if services.store.deployments.ask_for_port(job, port, message) is not Outcome.OK:
        why = f"deployment '{job.id}' was placed meanwhile; stop it to give it another port"
        raise StateConflict(why, job_id=job.id)


def scale(services: Services, job: Job, replicas: int, actor: str, revision: int | None) -> Job:
    """Change how many servers a platform runs, if it still has that revision.

    Raises JobNotFound, RevisionMismatch, StateConflict for one on our own nodes.
    """
    job_id = job.id
    message = f"scaled to {replicas} by {actor or 'the user'}"
    outcome = services.store.deployments.scale(job, replicas, message, revision)
    if outcome is Outcome.MOVED_ON:
        why = (
            "on our own nodes each replica is a deployment: post the same name and version for another one, "
            "or delete one"
        )
        raise StateConflict(why, job_id=job_id)
    if outcome is Outcome.STALE_REVISION:
        raise revision_mismatch(get_deployment(services.store, job_id))
    services.store.deployer.ring(job_id)
    log.info("deployment_scaled", job_id=job_id, replicas=replicas, actor=actor)
    return services.store.jobs.get(job_id)


def roll_back_model(services: Services, name: str, version: str, actor: str) -> RolledBack:
    """Raises ModelNotFound, StateConflict."""
    done = roll_back(services.store, name, version, actor)
    for job in done.begun:
        enter_queue(services, job)
    log.info("model_rolled_back", model=name, version=done.version, took_over=done.took_over, actor=actor)
    return done
