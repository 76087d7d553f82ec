"""Job ids: what a valid one is, and how one is made from an output folder."""

import re
import secrets
import uuid
from pathlib import PurePosixPath

from ulid import ULID

JOB_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
_CHOSEN = re.compile(JOB_ID_PATTERN)
# No id that a user may choose has it, so an export's id tells what it is and never takes a training job's.
_EXPORT_MARK = "~export-"
_EXPORT = re.compile(rf"(?P<source>.+){_EXPORT_MARK}[1-9][0-9]{{0,8}}")


def is_job_id(text: str) -> bool:
    """Whether a job can have this id: safe as a Redis key part, a file name and a URL segment."""
    export = _EXPORT.fullmatch(text)
    return _CHOSEN.fullmatch(export["source"] if export else text) is not None


def job_id_candidates(output_dir: str) -> list[str]:
    """Ids to try in order: the last part of the output folder, the same with a suffix, or a fresh one."""
    stem = PurePosixPath(output_dir).name
    if _CHOSEN.fullmatch(stem) and len(stem) <= 56:
        return [stem, f"{stem}-{secrets.token_hex(3)}"]
    return [f"train-{str(ULID()).lower()}"]


def export_job_id(source_job_id: str, number: int) -> str:
    """The id of the `number`th export that was asked for of a job."""
    return f"{source_job_id}{_EXPORT_MARK}{number}"


def is_export_id(job_id: str) -> bool:
    """Whether the job of that id is an export of another one."""
    return _EXPORT_MARK in job_id


def new_task_id() -> str:
    """The Celery task id of a job; the same from submission to its end."""
    return str(uuid.uuid4())
