"""Starting held jobs."""

import structlog

from api.language.messages import text
from api.services import Services
from api.services.jobs import Submission, enter_queue
from common.errors import JobAlreadyFinal
from common.states import WAITING
from common.store.outcomes import Outcome

log = structlog.get_logger()


def start(services: Services, job_id: str, actor: str) -> Submission:
    """Release a held job and ask for a pass now; one that waits or runs is left as it is.

    Raises JobNotFound, JobAlreadyFinal.
    """
    job = services.store.jobs.get(job_id)
    was_held = job.held
    if job.state in WAITING and services.store.jobs.release(job_id, f"started by {actor or 'the user'}") is Outcome.OK:
        if was_held:
            log.info("job_released", job_id=job_id, actor=actor)
        return enter_queue(services, services.store.jobs.get(job_id))
    job = services.store.jobs.get(job_id)
    if job.is_final:
        raise JobAlreadyFinal(text("job_is_over", job_id=job_id, state=job.state), job_id=job_id, job_status=job.state)
    return Submission(job, None)
