"""A training: what is trained on which data, and what is done with the model it makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Of the rows of a training, where the job says nothing else.
MIN_ROWS_USED = 0.5


@dataclass(frozen=True, slots=True)
class Resume:
    """The earlier training whose last state another one starts from: whose folders these are, and where they lie.

    `checkpoint_path` is what was known of it when the other one was submitted; the node looks what there is.
    """

    job_id: str
    task_id: str = ""
    output_dir: str = ""
    attempts: int = 0
    checkpoint_path: str = ""


@dataclass(frozen=True, slots=True)
class Training:
    """What makes a job a training; the model that it starts from and its GPUs are the JobSpec's.

    `params` holds the typed parameters with defaults filled in, under the API's names. `export` merges the adapter into
    the model when it is done; `then_deploy` is the request (deploy.requests) to deploy what it made. A training that
    could use less than the share `min_rows_used` of its rows is ended. A `resumable` one keeps a checkpoint that a
    later attempt goes on from, whatever its other checkpoints have. `data_path` is one data set or several, in the form
    in which it was sent.

    `model_job_id` made the model that it starts from, `adapter_job_id` the adapter; `resume` is what it starts from
    where that is the state of another training. `called` are fields of the body by the names that checks have for them.
    """

    data_path: str | tuple[str, ...]
    output_dir: str
    method: str = "sft"
    params: dict[str, Any] = field(default_factory=dict)
    export: bool = True
    min_rows_used: float = MIN_ROWS_USED
    resumable: bool = True
    then_deploy: dict[str, Any] | None = None
    model_job_id: str = ""
    adapter_job_id: str = ""
    resume: Resume | None = None
    called: dict[str, str] = field(default_factory=dict)

    @property
    def earlier_jobs(self) -> dict[str, str]:
        """By field of the body the id of the job that was named there."""
        resumed = self.resume.job_id if self.resume else ""
        named = {"model_path": self.model_job_id, "adapters": self.adapter_job_id, "resume_from": resumed}
        return {field: job_id for field, job_id in named.items() if job_id}

    @property
    def data_paths(self) -> tuple[str, ...]:
        """Its data sets, in the order in which ms-swift joins them."""
        return (self.data_path,) if isinstance(self.data_path, str) else self.data_path


def in_sent_form(data_path: str | Sequence[str]) -> str | tuple[str, ...]:
    """One or several, as a body has them, for `Training.data_path`."""
    return data_path if isinstance(data_path, str) else tuple(data_path)


def field_as_sent(name: str, called: Mapping[str, str]) -> str:
    """A field as the client calls it: `llm_params.lora_rank` for `params.lora_rank`."""
    head, dot, tail = name.partition(".")
    return called.get(name) or f"{called.get(head, head)}{dot}{tail}"
