"""Steering deployments: starting, stopping and forgetting them, all replicas of one together."""

from common.deployments import Serving
from common.errors import JobNotFound
from common.jobs import Job
from common.reasons import Reason
from common.states import WAITING
from common.store import Store
from common.store.outcomes import Outcome


def get_deployment(store: Store, job_id: str) -> Job:
    """The deployment, or replica, of that id. Raises JobNotFound."""
    job = store.jobs.get(job_id)
    if not isinstance(job.spec.work, Serving):
        raise JobNotFound(f"there is no deployment '{job_id}'", job_id=job_id)
    return job


def replicas_of(store: Store, job: Job) -> list[Job]:
    """The deployment and its further replicas; of a replica only itself."""
    serving = job.spec.serving
    if serving.replica > 1 or serving.replicas == 1:
        return [job]
    ids = [other for other in store.models.ids_of(serving.name) if other.startswith(f"{job.id}.")]
    return [job, *store.jobs.get_many(ids)]


def start_deployment(store: Store, job: Job, actor: str) -> list[Job]:
    """Release those that are held, reopen those that have ended; returns those that wait now.

    Those that are being stopped start again when they have ended (start_again). Its version is the wanted one from
    then on.
    """
    by, serving = actor or "the user", job.spec.serving
    replicas = replicas_of(store, job)
    begun = [replica.id for replica in replicas if _begin(store, replica, by)]
    ending = [replica.id for replica in replicas if is_stopping(replica)]
    if begun or ending:
        store.models.start_again(serving.name, ending)
        store.models.want(serving.name, serving.version, begun)
    return store.jobs.get_many(begun)


def is_stopping(job: Job) -> bool:
    """Whether it was told to end and has not yet."""
    return job.cancel_requested_at is not None and not job.is_final


def _begin(store: Store, job: Job, by: str) -> bool:
    if job.is_final:
        return store.deployments.reopen(job.id, f"started again by {by}") is Outcome.OK
    if job.held and job.state in WAITING:
        return store.jobs.release(job.id, f"started by {by}") is Outcome.OK
    return False


def stop_deployment(
    store: Store, job: Job, message: str, reason: Reason = Reason.CANCELLED_BY_USER
) -> list[tuple[Job, Outcome]]:
    """Ask every replica to end, for good; waiting ones have ended at once."""
    replicas = replicas_of(store, job)
    store.models.settle_again(job.spec.serving.name, [replica.id for replica in replicas])
    ended = [(replica, store.jobs.cancel(replica.id, message, reason)) for replica in replicas]
    store.deployer.ring(job.id)
    return ended
