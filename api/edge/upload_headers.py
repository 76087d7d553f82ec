"""The headers of a resumable upload: `Upload-Offset` and `Upload-Complete`, as the IETF's draft on it has them."""

import re

from flask import request

from common.datasets import Dataset, DatasetState
from common.errors import InvalidInput
from common.field_problem import INVALID, FieldProblem

OFFSET = "Upload-Offset"
COMPLETE = "Upload-Complete"

OFFSET_MAX = 10**15 - 1
_OFFSET = re.compile(r"\d{1,15}", re.ASCII)
_BOOLEANS = {"?0": False, "?1": True}


def sent_offset() -> int:
    """Raises InvalidInput."""
    text = request.headers.get(OFFSET, "")
    if not _OFFSET.fullmatch(text):
        raise _invalid(OFFSET, "Must be the byte that this part begins at; HEAD tells it.")
    return int(text)


def sent_complete() -> bool:
    """Whether this is the last part. Raises InvalidInput."""
    text = request.headers.get(COMPLETE, "?0").strip()
    if text not in _BOOLEANS:
        raise _invalid(COMPLETE, "Must be ?1 (this is the last part) or ?0.")
    return _BOOLEANS[text]


def upload_headers(dataset: Dataset, offset: int) -> dict[str, str]:
    """How far the upload is."""
    return {OFFSET: str(offset), COMPLETE: "?1" if dataset.state is DatasetState.READY else "?0"}


def _invalid(name: str, text: str) -> InvalidInput:
    return InvalidInput(FieldProblem(name, INVALID, text))
