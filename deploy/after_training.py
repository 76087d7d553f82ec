"""Deploys what a training made, when the training job asked for it."""

from dataclasses import replace
from typing import Any

import structlog

from common.errors import JobNotFound, ServiceError, StoreUnavailable
from common.jobs import Job
from common.states import JobState
from common.store.idempotency import Idempotency
from deploy.deployer import Deployer
from deploy.requests import load_request
from deploy.sources import find_source
from deploy.submission import submit_deployment

log = structlog.get_logger()

_KEEP_HOURS = 24


def deploy_finished(deployer: Deployer) -> None:
    """Look once at every training that is to be deployed when it is done."""
    for job_id in deployer.store.deployer.expected():
        try:
            job = deployer.store.jobs.get(job_id)
        except JobNotFound:
            deployer.store.deployer.settle_expected(job_id)
            continue
        if job.is_final:
            _settle(deployer, job)


def _settle(deployer: Deployer, job: Job) -> None:
    if job.state is not JobState.COMPLETED:
        word = "it was cancelled" if job.state is JobState.CANCELLED else "it has failed"
        deployer.store.jobs.note_final(job.id, "deploy_failed", f"it was not deployed: {word}")
    elif (wish := job.spec.then_deploy) is not None:
        try:
            _deploy(deployer, job, wish)
        except StoreUnavailable:
            raise  # no answer to the wish: it is looked at again
        except ServiceError as refusal:
            log.warning("deployment_not_submitted", job_id=job.id, error=refusal.message)
            deployer.store.jobs.note_final(job.id, "deploy_failed", f"it was not deployed: {refusal.message}")
    deployer.store.deployer.settle_expected(job.id)


def _deploy(deployer: Deployer, job: Job, wish: dict[str, Any]) -> None:
    kept = load_request(wish)
    source = find_source(deployer.store, replace(kept, spec=replace(kept.spec, model_path=job.id)))
    # Killed between the two writes, the next deployer finds what this one submitted.
    once = Idempotency(f"deploy-after:{job.task_id}", "", _KEEP_HOURS)
    made = submit_deployment(deployer.store, deployer.settings, source, job.owner, once)
    names = ", ".join(replica.id for replica in made.jobs)
    deployer.store.jobs.note_final(job.id, "deploy", f"its model is deployed as {names}", deploy_job_id=made.jobs[0].id)
    for replica in made.jobs:
        if not replica.held and replica.needs_node:
            deployer.ring(replica)
