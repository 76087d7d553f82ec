"""Removing files: deleting a job with what its attempts left on the nodes' disks."""

from api.services import Services
from common.errors import StateConflict
from common.exports import Export
from common.ids import some_of
from common.jobs import Job
from common.states import JobState
from common.upkeep.files_in_use import folders_of, users_of_files


def refuse_used_files(services: Services, job: Job) -> None:
    """Raises StateConflict for an export, whose model is its source's, and while somebody uses the files."""
    if isinstance(job.spec.work, Export):
        message = (
            f"the model of export '{job.id}' lies in the folders of job '{job.spec.work.source_job_id}'; "
            "delete that with its files"
        )
        raise StateConflict(message, job_id=job.id)
    users = users_of_files(services.store, job.id, folders_of(job))
    if job.state is JobState.COMPLETED and job.id in services.store.deployer.expected():
        users.append("its deployment, which is on its way")
    if users:
        message = f"the files of job '{job.id}' are used by {some_of(users)}; delete or stop these first"
        raise StateConflict(message, job_id=job.id)
