"""What the worker wants of a training beside the options of ms-swift, given by the environment."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

ALWAYS, IF_IT_FITS = "always", "if_it_fits"
VARIABLE = "SWIFT_TRAINER_ORDERS"


@dataclass(frozen=True)
class Orders:
    """`facts_dir` is where facts are written, as an absolute path. `method` is the job's: sft, dpo, …, and `goal` has
    those of its options that say what a row is for (common/swift/data/shapes/goals.py).

    Below the share `min_rows_used` of the rows (0 to 1) a training is ended. `keep_state` asks for one checkpoint that
    a later attempt can go on from, beside those that the job asked for: ALWAYS, IF_IT_FITS on the disk, or not. `links`
    are the names of inputs that are links, each with what was behind it when it was checked. Trackers call the run
    `run_name` where nobody gave it another name.
    """

    facts_dir: str
    method: str = "sft"
    min_rows_used: float = 0.5
    keep_state: str = ""
    links: dict[str, str] = field(default_factory=dict)
    goal: Mapping[str, Any] = field(default_factory=dict)
    run_name: str = ""


def as_environment(orders: Orders) -> dict[str, str]:
    """What the worker adds to the environment of each process of the training."""
    return {VARIABLE: json.dumps(asdict(orders))}


def take_orders(environ: Mapping[str, str] = os.environ) -> Orders | None:
    """The orders; None where nobody gave any. What a newer worker asks beyond them is not known here, and left out."""
    text = environ.get(VARIABLE)
    if not text:
        return None
    known = {field.name for field in fields(Orders)}
    return Orders(**{name: value for name, value in json.loads(text).items() if name in known})
