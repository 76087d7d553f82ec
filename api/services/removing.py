"""Deleting a job with what its attempts left on the nodes' disks."""

from collections.abc import Callable

from api.messages import some_of, text
from api.services import Services
from common.chores import Chore
from common.clock import now, to_ms
from common.errors import StateConflict
from common.jobs import JobKind
from common.states import JobState
from common.store.outcomes import Outcome
from deploy.files_in_use import places_of, users_of_files


def with_files(services: Services, job_id: str, actor: str) -> Callable[[], Outcome]:
    """What forgets the job and leaves its files to the nodes as a chore. Every node gets it: they know what they have.

    Raises JobNotFound, and StateConflict for an export, whose model is its source's, and while somebody uses the files.
    """
    job = services.store.jobs.get(job_id)
    if job.spec.kind is JobKind.EXPORT:
        raise StateConflict(text("files_of_export", job_id=job_id, source_id=job.spec.source_job_id), job_id=job_id)
    users = users_of_files(services.store, job_id, places_of(job))
    if job.state is JobState.COMPLETED and job_id in services.store.deployments.expected():
        users.append(text("files_to_deploy"))
    if users:
        raise StateConflict(text("files_in_use", job_id=job_id, users=some_of(users)), job_id=job_id)
    chore = Chore(job.id, job.task_id, job.spec.output_dir, actor or "the user", to_ms(now()))
    names = [node.name for node in services.store.nodes.all()]
    return lambda: services.store.jobs.delete(job_id, chore, names)
