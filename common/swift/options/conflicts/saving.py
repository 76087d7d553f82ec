"""What is saved: a job ends with a checkpoint, or with nothing."""

from collections.abc import Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict


def of_saving(asked: Asked) -> Iterator[FieldProblem]:
    strategy, way_out = asked.text("save_strategy"), add_validation_data(asked)
    if strategy == "no":
        why = "nothing would be kept, and a job ends with what it kept; leave it out, or say steps or epoch"
        yield conflict(asked, "save_strategy", why)
    elif strategy == "best" and not asked.has_validation_data:
        why = f"the best is told by an evaluation, and without one nothing is kept; {way_out}"
        yield conflict(asked, "save_strategy", why)
    elif strategy == "best" and asked.eval_strategy not in {"steps", "epoch"}:
        why = "with save_strategy best, say when to evaluate: eval_strategy steps or epoch"
        yield conflict(asked, "eval_strategy", why)
    if asked.is_on("create_checkpoint_symlink") and not asked.evaluates:
        why = f"ms-swift fails at the very end without a best checkpoint to link: leave it out, or {way_out}"
        yield conflict(asked, "create_checkpoint_symlink", why)


def add_validation_data(asked: Asked) -> str:
    """The way out of a training that lacks an evaluation."""
    if asked.has_validation_data:
        return "leave eval_strategy no out"
    return "give val_dataset" if asked.is_on("streaming") else "give val_dataset or split_dataset_ratio"
