"""A training: what is trained on which data, and what is done with the model it makes."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Training:
    """What makes a job a training; the model that it starts from and its GPUs are the JobSpec's.

    `params` holds the typed parameters with defaults filled in, under the API's names. `export` merges the adapter into
    the model when it is done; `then_deploy` is the request (deploy.requests) to deploy what it made.
    """

    data_path: str
    output_dir: str
    method: str = "sft"
    params: dict[str, Any] = field(default_factory=dict)
    export: bool = True
    then_deploy: dict[str, Any] | None = None
