"""What a training leaves below its job's folder, as far as anybody looks at it."""

import json
from pathlib import Path
from typing import Any

from common.jobs import Job
from tests.model_files import make_adapter
from workers.outputs.marker import mark_output


def an_output(root: Path, job: Job, attempt: int = 1) -> Path:
    """The marked folder of an attempt."""
    output = root / f"attempt-{attempt}"
    output.mkdir(parents=True)
    mark_output(output, job, attempt, "node-1")
    return output


def save(output: Path, step: int, loss: float | None = None, best: Path | None = None, *, whole: bool = True) -> Path:
    """A checkpoint, with the loss of its evaluation; it is the last one now."""
    checkpoint = make_adapter(output / f"checkpoint-{step}")
    if whole:
        state = {"global_step": step, "max_steps": 100, "log_history": [], "best_model_checkpoint": best and str(best)}
        (checkpoint / "trainer_state.json").write_text(json.dumps(state))
    log(output, {"loss": step / 10, "epoch": step / 50, "global_step/max_steps": f"{step}/100"})
    if loss is not None:
        log(output, {"eval_loss": loss, "eval_runtime": 1.5, "global_step/max_steps": f"{step}/100"})
    (output / "last-checkpoint").unlink(missing_ok=True)
    (output / "last-checkpoint").symlink_to(checkpoint.name)
    return checkpoint


def sum_up(output: Path, best: Path | str | None) -> None:
    """The last line of the log."""
    log(output, {"last_model_checkpoint": "x", "best_model_checkpoint": best and str(best), "log_history": []})


def log(output: Path, record: dict[str, Any]) -> None:
    with (output / "logging.jsonl").open("a") as file:
        file.write(json.dumps(record) + "\n")
