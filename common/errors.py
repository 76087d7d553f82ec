"""Errors: what can go wrong in the service, in words of the domain; api/edge/problems.py maps each code to an HTTP
status.
"""

from dataclasses import asdict
from typing import Any

from common.field_problem import FieldProblem


class ServiceError(Exception):
    """A refusal that a user can act on. `context` goes into the answer's body."""

    code = "service_error"

    def __init__(self, message: str, **context: Any) -> None:
        super().__init__(message)
        self.message = message
        self.context = context


class JobNotFound(ServiceError):
    code = "job_not_found"


class NodeNotFound(ServiceError):
    code = "node_not_found"


class ModelNotFound(ServiceError):
    code = "model_not_found"


class NotQueued(ServiceError):
    code = "not_queued"


class JobIdTaken(ServiceError):
    code = "job_id_taken"


class JobAlreadyFinal(ServiceError):
    code = "job_already_final"


class StateConflict(ServiceError):
    code = "state_conflict"


class RevisionMismatch(ServiceError):
    code = "revision_mismatch"


class IdempotencyConflict(ServiceError):
    code = "idempotency_conflict"


class InvalidInput(ServiceError):
    """One or more fields are wrong; the message tells of the first `shown` of them, the answer's `errors` of all."""

    code = "invalid_input"

    def __init__(self, *problems: FieldProblem, shown: int | None = None) -> None:
        errors = [asdict(problem) | {"code": str(problem.code)} for problem in problems]
        super().__init__("; ".join(map(str, problems[:shown])), errors=errors)


class Unauthenticated(ServiceError):
    code = "unauthenticated"


class Forbidden(ServiceError):
    code = "forbidden"


class KeyNotFound(ServiceError):
    code = "key_not_found"


class KeyNameTaken(ServiceError):
    code = "key_name_taken"


class DatasetNotFound(ServiceError):
    code = "dataset_not_found"


class DatasetInUse(ServiceError):
    code = "dataset_in_use"


class DatasetTooLarge(ServiceError):
    code = "dataset_too_large"


class UploadConflict(ServiceError):
    """The upload does not stand where the request takes it to stand, or another request writes it."""

    code = "upload_conflict"


class StorageFull(ServiceError):
    code = "storage_full"


class StoreUnavailable(ServiceError):
    """Redis is away, or refuses: whoever has nobody waiting tries again, and nothing that runs is ended for it."""

    code = "store_unavailable"


class StoreFull(StoreUnavailable):
    code = "store_full"


class StreamsFull(ServiceError):
    code = "streams_full"
