"""Forgetting for good what was deleted, once it has ended: by whom it was deleted, or by a scheduler later."""

from common.chores import Chore
from common.clock import to_ms
from common.jobs import Job
from common.store import Store
from common.store.outcomes import Outcome


def forget(store: Store, job: Job) -> Outcome:
    """Its record, what hangs below it and, of a deployment, its place in its name: OK, MISSING or NOT_FINAL.

    Where its files are to go, too, every node gets that as a chore in the same step: they know what they have.
    """
    if job.spec.model_name:
        # First: a name that knows it a moment less does no harm, one that knows it for ever is in the way.
        store.models.forget(job.spec.model_name, job.id)
    chore = _chore_of(job)
    names = [node.name for node in store.nodes.all()] if chore else []
    return store.jobs.delete(job.id, chore, names)


def _chore_of(job: Job) -> Chore | None:
    if not job.removal_asked_by or job.deleted_at is None:
        return None
    return Chore(job.id, job.task_id, job.spec.training.output_dir, job.removal_asked_by, to_ms(job.deleted_at))
