"""Job ids: what a valid one is, and how one is made from an output folder, for an export or for a deployment."""

import re
import secrets
import uuid
from collections.abc import Sequence
from pathlib import PurePosixPath

from ulid import ULID

from common.deployments import Target
from common.job_specs import JobKind

_NAMED_MAX = 10
# Fixed paths of the API stand where a job's id could: /jobs/validate, /queue/process, /queue/processor/status.
RESERVED_IDS = ("process", "processor", "validate")
_NO_RESERVED = rf"(?!(?:{'|'.join(RESERVED_IDS)})$)"
_CHARACTERS = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
JOB_ID_PATTERN = rf"^{_NO_RESERVED}{_CHARACTERS}$"
NAME_PATTERN = rf"^{_CHARACTERS}$"
# The API has a path of that name below each model's.
MODEL_NAME_PATTERN = rf"^{_CHARACTERS}(/(?!rollback$){_CHARACTERS})?$"
_CHOSEN = re.compile(JOB_ID_PATTERN)
_NAME = re.compile(_CHARACTERS)
# No id that a user may choose has it, so an export's id tells what it is and never takes a training job's.
_EXPORT_MARK = "~export-"
_NUMBER = "[1-9][0-9]{0,8}"
_EXPORT = re.compile(rf"(?P<source>.+){_EXPORT_MARK}{_NUMBER}")


# A deployment's tells besides on which kind of platform it runs, and which of several replicas it is. No name has a
# tilde, so one can stand for the slash of a model's name, which no file name and no segment of a URL could have.
_SLASH = "~"
_DEPLOYMENT = re.compile(
    rf"(?P<name>.+)~(?P<target>deploy|k8s|cloud)-(?P<number>{_NUMBER})(\.(?P<replica>[1-9][0-9]{{0,2}}))?"
)
_MARKS = {Target.LOCAL: "deploy", Target.K8S: "k8s", Target.CLOUD: "cloud"}
_MODEL = re.compile(rf"{_CHARACTERS}({_SLASH}{_CHARACTERS})?")
DEPLOYMENT_ID_PATTERN = rf"^{_MODEL.pattern}~(deploy|k8s|cloud)-{_NUMBER}(\.[1-9][0-9]{{0,2}})?$"


def is_job_id(text: str) -> bool:
    """Whether a workload can have this id: safe as a Redis key part, a file name and a URL segment."""
    export = _EXPORT.fullmatch(text)
    deployment = _DEPLOYMENT.fullmatch(text)
    if deployment:
        return _MODEL.fullmatch(deployment["name"]) is not None
    return _CHOSEN.fullmatch(export["source"] if export else text) is not None


def job_id_candidates(output_dir: str) -> list[str]:
    """Ids to try in order: the last part of the output folder, the same with a suffix, or a fresh one."""
    stem = PurePosixPath(output_dir).name
    if _NAME.fullmatch(stem) and len(stem) <= 56:
        suffixed = f"{stem}-{secrets.token_hex(3)}"
        return [suffixed] if stem in RESERVED_IDS else [stem, suffixed]
    return [f"train-{str(ULID()).lower()}"]


def export_job_id(source_job_id: str, number: int) -> str:
    """The id of the `number`th export that was asked for of a job."""
    return f"{source_job_id}{_EXPORT_MARK}{number}"


def is_export_id(job_id: str) -> bool:
    """Whether the job of that id is an export of another one."""
    return _EXPORT.fullmatch(job_id) is not None


def deployment_id(name: str, target: Target, number: int, replica: int = 1) -> str:
    """The id of the `number`th deployment of a model name; its second replica has `.2` at the end."""
    return f"{name.replace('/', _SLASH)}~{_MARKS[target]}-{number}" + (f".{replica}" if replica > 1 else "")


def deployment_target(job_id: str) -> Target | None:
    """Where the deployment of that id runs; None when it is no deployment's id."""
    found = _DEPLOYMENT.fullmatch(job_id)
    return next(target for target, mark in _MARKS.items() if mark == found["target"]) if found else None


def is_deployment_id(job_id: str) -> bool:
    """Whether the job of that id is a deployment."""
    return deployment_target(job_id) is not None


def kind_of(job_id: str) -> JobKind:
    """The kind of job that has this id."""
    if is_export_id(job_id):
        return JobKind.EXPORT
    return JobKind.DEPLOY if is_deployment_id(job_id) else JobKind.TRAIN


def some_of(names: Sequence[str]) -> str:
    """The first few, to be read: job-1, job-2, …"""
    return ", ".join(names[:_NAMED_MAX]) + (", …" if len(names) > _NAMED_MAX else "")


def new_task_id() -> str:
    """The Celery task id of a job; the same from submission to its end."""
    return str(uuid.uuid4())
