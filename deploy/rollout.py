"""Rollout: ends what another version of the same name has superseded, once that one answers; starts what is wanted
again.
"""

from datetime import datetime

import structlog

from common.jobs import Job
from common.models import Model
from common.store import Store
from common.store.outcomes import Outcome
from deploy.deployer import Deployer

log = structlog.get_logger()


def finish_rollouts(deployer: Deployer) -> None:
    """Stop the deployments of every version that neither answers nor is wanted, after the time to drain.

    Those that were to start again as soon as they have ended do so.
    """
    now = deployer.store.now()
    for model in deployer.store.models.all():
        _start_again(deployer, model)
        if model.active and _has_drained(model, now, deployer.settings.deploy_drain_seconds):
            for job in _superseded(deployer.store, model):
                _stop(deployer, model, job)


def _start_again(deployer: Deployer, model: Model) -> None:
    store = deployer.store
    jobs = store.jobs.get_many(model.again)
    store.models.settle_again(model.name, sorted(set(model.again) - {job.id for job in jobs}))
    for job in jobs:
        if not job.is_final:
            continue
        if store.deployments.reopen_as_asked(job.id, model.name) is Outcome.OK:
            deployer.ring(store.jobs.get(job.id))
            log.info("deployment_started_again", job_id=job.id, model=model.name)


def _has_drained(model: Model, now: datetime, drain_seconds: float) -> bool:
    return model.changed_at is None or (now - model.changed_at).total_seconds() >= drain_seconds


def _superseded(store: Store, model: Model) -> list[Job]:
    """Those that are held wait for the user, who may want them later."""
    return [
        job
        for job in store.jobs.get_many(store.models.ids_of(model.name))
        if job.spec.serving.version not in {model.active, model.wanted}
        and not job.is_final
        and not job.held
        and job.cancel_requested_at is None
    ]


def _stop(deployer: Deployer, model: Model, job: Job) -> None:
    message = f"version {model.active} of {model.name} answers in the place of {job.spec.serving.version}"
    outcome = deployer.store.deployer.supersede(job, message)
    if outcome is Outcome.MOVED_ON:
        return
    if outcome is Outcome.STOPPED:
        deployer.show_stopped(job)
    log.info(
        "deployment_superseded", job_id=job.id, model=model.name, version=job.spec.serving.version, by=model.active
    )
