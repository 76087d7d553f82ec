"""Refusals that several services make: of wrong fields, of what has ended, does not wait, or was changed meanwhile."""

from collections.abc import Sequence

from common.errors import InvalidInput, JobAlreadyFinal, NotQueued, RevisionMismatch
from common.field_problem import FieldProblem
from common.jobs import Job


def is_over(job_id: str, state: str) -> JobAlreadyFinal:
    """Of what nobody can do to a job that has ended."""
    return JobAlreadyFinal(f"job '{job_id}' has {state} already", job_id=job_id, job_status=state)


def not_queued(job: Job) -> NotQueued:
    """Of what only a waiting job has."""
    return NotQueued(f"job '{job.id}' does not wait: it is {job.state}", job_id=job.id, job_status=job.state)


def revision_mismatch(job: Job) -> RevisionMismatch:
    """Of an edit of a job that was changed since the client read it."""
    message = f"job '{job.id}' was changed since: it is at revision {job.revision}; read it again, then decide"
    return RevisionMismatch(message, job_id=job.id, revision=job.revision)


def refuse(problems: Sequence[FieldProblem]) -> None:
    """Raise InvalidInput when there are any: it names each wrong field."""
    if problems:
        raise InvalidInput(*problems)
