"""A node's chores: what it has to do to its own disk, sooner or later; kept in Redis until it is done, however long it
is away.
"""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Chore:
    """Remove the files of a deleted job: its state on the node, and its attempts' folders below `output_dir`.

    The task id keeps it apart from a later job of the same id.
    """

    job_id: str
    task_id: str
    output_dir: str
    asked_by: str
    asked_at_ms: int


def dump_chore(chore: Chore) -> str:
    return json.dumps(asdict(chore), ensure_ascii=False)


def load_chore(text: str) -> Chore:
    return Chore(**json.loads(text))
