"""Deleting a job with what its attempts left on the nodes' disks."""

from api.language.messages import some_of, text
from api.services import Services
from common.errors import StateConflict
from common.jobs import Job, JobKind
from common.states import JobState
from deploy.files_in_use import places_of, users_of_files


def refuse_used_files(services: Services, job: Job) -> None:
    """Raises StateConflict for an export, whose model is its source's, and while somebody uses the files."""
    if job.spec.kind is JobKind.EXPORT:
        raise StateConflict(text("files_of_export", job_id=job.id, source_id=job.spec.source_job_id), job_id=job.id)
    users = users_of_files(services.store, job.id, places_of(job))
    if job.state is JobState.COMPLETED and job.id in services.store.deployments.expected():
        users.append(text("files_to_deploy"))
    if users:
        raise StateConflict(text("files_in_use", job_id=job.id, users=some_of(users)), job_id=job.id)
