"""Checkpoints: what a training saves on its way, and which of them it took in the end."""

from dataclasses import dataclass, field

BEST, LAST = "best", "last"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A whole checkpoint as it lies on a node's disk. `resumable` when a training goes on from it as if uninterrupted.

    `loss` was logged last before it was saved, `evaluation` at its step, under ms-swift's names (`eval_loss`).
    """

    name: str
    path: str
    step: int
    attempt: int
    node: str
    size_bytes: int
    resumable: bool
    epoch: float | None = None
    loss: float | None = None
    evaluation: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The last one of a finished training and the one that ms-swift calls best, as paths, each with its metric.

    `metric_for_best_model` is what was compared; without evaluations there is no best one, and no metric.
    """

    last_checkpoint: str = ""
    last_metric: float | None = None
    best_checkpoint: str = ""
    best_metric: float | None = None
    metric_for_best_model: str = ""


NOTHING_KEPT = Checkpoints()
